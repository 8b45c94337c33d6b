# The commands of this repository. `make help` lists them.
SHELL := bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Values reach the scripts through the environment, never through shell text.
export DB DEMO TAGS ARGS PORT SERVE URL SIZE ONLY REPEAT LONG JOBS ODOO_HOME
# What make itself sets must not reach the programs it starts.
unexport MAKEFLAGS

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup:  ## bring everything that is needed into .state/
	@tools/setup.sh dev

demo:  ## PORT=8069 SERVE=0: demo company, the main job played, the web client
	@tools/demo.sh

test:  ## linters and all tests; TAGS=/addon:Class runs only those tests
	@tools/test.sh "$$TAGS"

test-fast:  ## ARGS="-k word": our tests through pytest on a kept database
	@tools/test_fast.sh

test-deps:  ## the dependencies' own tests with and without our addons
	@tools/test_deps.sh

bench:  ## SIZE=small|full ONLY="p03": measured ratios, side by side in one run
	@tools/bench.sh

proof:  ## LONG=1 ONLY="b12": the reliability battery against real servers
	@tools/proof.sh

proof-%:  # one line of the battery: make proof-b12
	@ONLY="$*" tools/proof.sh

lint:  ## all linters
	@tools/lint.sh

lint-fast:  ## the linters that need no database
	@tools/lint.sh fast

fmt:  ## format Python, XML, JavaScript and JSON
	@tools/fmt.sh

pot:  ## write the translation templates, bring zh_CN.po up to date
	@tools/generate.sh pot

readme:  ## write README.rst and the description page from readme/*.md
	@tools/generate.sh readme

contract:  ## write docs/contract.md from the code
	@tools/generate.sh contract

requirements:  ## write docs/requirements.md, the table of requirements and tests
	@tools/generate.sh requirements

screens:  ## URL=http://...: the pictures of docs/manual, from the demo after its story
	@tools/screens/run.sh

walk:  ## URL=http://... ARGS="head desk:Parts": every menu as every role, fails on errors
	@tools/screens/run.sh walk

wheels:  ## a wheel per addon in .state/dist
	@tools/wheels.sh

db:  ## DB=name DEMO=1: a fresh database with every addon installed
	@tools/db.sh fresh "$$DB" "$$DEMO"

stop:  ## stop the private database server
	@tools/stop.sh

clean:  ## stop the database server and remove .state/
	@tools/stop.sh --remove

.PHONY: help setup demo test test-fast test-deps bench proof lint lint-fast fmt pot readme \
	contract requirements screens walk wheels db stop clean
