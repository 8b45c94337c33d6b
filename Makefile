# The commands of this repository. `make help` lists them.
SHELL := bash
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup:  ## bring everything that is needed into .state/
	@tools/setup.sh dev

db:  ## DB=name [DEMO=1]: a fresh database with every addon installed
	@tools/db.sh fresh "$(DB)" "$(DEMO)"

stop:  ## stop the private database server
	@tools/stop.sh

clean:  ## stop the database server and remove .state/
	@tools/stop.sh --remove

.PHONY: help setup db stop clean
