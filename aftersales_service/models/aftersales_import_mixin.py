from odoo import api, models
from odoo.fields import Domain

KEY = "aftersales_import"
SHOWN = 100  # problems, and rows of one problem, listed at once
HEADINGS = 2  # the first row of data is row 2 of the file


class Found(dict):
    """What the names in a file stand for: ``{row: {field: id}}``.

    A Python object, so that no client can send one.
    """


class AftersalesImportMixin(models.AbstractModel):
    """Import with our template: the whole file is checked before a row is written.

    Names of customers, sites and the like are looked up for all rows at once, so
    that ten thousand rows cost no more queries than ten.  Every row that is wrong
    gets its own message, and nothing is written while one is.
    """

    _name = "aftersales.import.mixin"
    _description = "After-Sales Import"

    # Columns of the template: name and example.
    _import_columns = ()
    # Names of fields that identify the record of a many2one, the best first.
    _import_keys = {}

    @api.model
    def get_import_templates(self):
        """Return the template that the import page offers; for who may import.

        :return: list of ``{label, template}``
        """
        self.check_access("create")
        return [
            {
                "label": self.env._("Import Template for %s", self._description),
                "template": self._get_import_url(),
            }
        ]

    @api.model
    def _get_import_url(self):
        return f"/aftersales/import/{self._name}"

    @api.model
    def _get_import_columns(self):
        """Return (name of the field, example) of each column of the template."""
        return self._import_columns

    @api.model
    def _get_import_keys(self):
        """Return the many2one columns and what their records are known by."""
        return self._import_keys

    @api.model
    def load(self, fields, data):
        """Import rows: all of them, or none and a message for each that is wrong.

        :param fields: names of the columns
        :param data: rows of texts
        :return: as core: ``ids``, ``messages``, ``nextrow``
        """
        self.check_access("create")
        places = {
            name: index
            for index, name in enumerate(fields)
            if name in self._get_import_keys()
        }
        problems = []
        found = self._find_references(places, data, problems)
        rows = [
            {**dict(zip(fields, row, strict=False)), **found[index]}
            for index, row in enumerate(data)
        ]
        self._check_import(rows, problems)
        if problems:
            messages = self._get_import_messages(problems, len(data))
            return {"ids": False, "messages": messages, "nextrow": 0}
        rest = [index for index in range(len(fields)) if fields[index] not in places]
        return super(AftersalesImportMixin, self.with_context(**{KEY: found})).load(
            [fields[index] for index in rest],
            [[row[index] for index in rest] for row in data],
        )

    @api.model
    def _load_records(self, data_list, update=False):
        found = self.env.context.get(KEY)
        if isinstance(found, Found):
            for data in data_list:
                row = (data.get("info") or {}).get("rows", {}).get("from")
                data["values"].update(found.get(row, {}))
                self._drop_empty_cells(data["values"])
        return super()._load_records(data_list, update)

    @api.model
    def _drop_empty_cells(self, values):
        """Leave what an empty cell does not say to what the fields propose.

        :param dict values: of one row
        """
        for name in list(values):
            field = self._fields[name]
            is_proposed = field.compute or field.default
            if values[name] is False and is_proposed and field.type != "boolean":
                del values[name]

    # -- names

    @api.model
    def _find_references(self, places, data, problems):
        """Look up the names in the columns of references, a few queries for each.

        :param dict places: index of the column by field
        :param data: rows of texts
        :param list problems: grows by one message for each name not found
        :return: ``Found``
        """
        found = Found({index: {} for index in range(len(data))})
        for name, place in places.items():
            texts = [str(row[place] or "").strip() for row in data]
            known = self._find_names(name, {text for text in texts if text})
            label = self._fields[name]._description_string(self.env)
            for index, text in enumerate(texts):
                matches = known.get(text.lower(), ())
                if text and len(matches) != 1:
                    message = self._get_name_problem(label, text, matches)
                    problems.append(self._problem(index, message))
                found[index][name] = matches[0] if len(matches) == 1 else False
        return found

    def _get_name_problem(self, label, text, matches):
        """Return why a name stands for no single record."""
        if matches:
            return self.env._(
                "%(label)s: %(count)s records are called “%(text)s”. Use the number "
                "or code instead.",
                label=label,
                count=len(matches),
                text=text[:60],
            )
        return self.env._(
            "%(label)s: “%(text)s” is not on file. Correct the spelling, or enter it "
            "first.",
            label=label,
            text=text[:60],
        )

    @api.model
    def _find_names(self, name, texts):
        """Return the records that texts stand for: ``{text in small: ids}``.

        :param str name: the many2one
        :param texts: what stands in its column
        """
        records = self.env[self._fields[name].comodel_name]
        keys = self._get_import_keys()[name]
        if records._name == "hr.employee":
            # sudo: the desk names technicians, it reads no HR files
            records = records.sudo()
        scope = Domain.TRUE
        if "company_id" in records._fields:
            scope = Domain("company_id", "in", [False, self.env.company.id])
        known = {}
        for key in keys:
            # A text with a NUL, which no table holds, is no record's name.
            left = [t for t in texts if t.lower() not in known and "\0" not in t]
            if not left:
                break
            matches = {}
            for start in range(0, len(left), 1000):
                some = left[start : start + 1000]
                wanted = Domain.OR(
                    [[(key, "in", some)]]
                    if records._fields[key].store
                    else [[(key, "=", text)] for text in some]
                )
                for record in records.search_fetch(wanted & scope, [key]):
                    text = str(record[key] or "").strip().lower()
                    matches.setdefault(text, []).append(record.id)
            for text in left:
                if text.lower() in matches:
                    known[text.lower()] = matches[text.lower()]
        return known

    # -- checks

    @api.model
    def _check_import(self, rows, problems):
        """Look through the whole file before anything is written.

        :param rows: dicts of texts by column, ids for references
        :param list problems: grows by what ``_problem`` returns
        """

    @api.model
    def _is_given(self, row, name):
        """Tell whether a row says something for a field, by name or by id."""
        columns = (name, f"{name}/id", f"{name}/.id")
        return any(str(row.get(column) or "").strip() for column in columns)

    @api.model
    def _problem(self, row, message):
        """Return what is wrong with one row.

        :param int row: index of the row among the data
        :param str message: what to do about it
        """
        return {"record": row, "message": message}

    @api.model
    def _get_import_messages(self, problems, count):
        """Return problems as the import page shows them all: a line for each.

        Messages about a column are shown without their row, or their row without
        the message, so these name no column. Rows have their numbers in the file,
        where the headings are row 1. What is wrong in many rows is said once.

        :param problems: list of what ``_problem`` returns
        :param int count: how many rows were looked at
        """
        rows_by_text = {}
        for problem in sorted(problems, key=lambda problem: problem["record"]):
            rows = rows_by_text.setdefault(problem["message"], [])
            rows.append(problem["record"])
        messages = []
        for text, rows in list(rows_by_text.items())[:SHOWN]:
            others = [str(row + HEADINGS) for row in rows[1:]]
            if others:
                text = self.env._(
                    "%(text)s (Also in rows %(rows)s.)",
                    text=text,
                    rows=", ".join(others[:SHOWN]) + ("…" if others[SHOWN:] else ""),
                )
            messages.append(
                {
                    "type": "error",
                    "message": text,
                    "record": rows[0] + HEADINGS,
                    "rows": {"from": rows[0], "to": rows[0]},
                }
            )
        summary = self.env._(
            "%(wrong)s of %(count)s rows are wrong, so none of them was imported. "
            "Correct them in the file, and load it again.",
            wrong=len({problem["record"] for problem in problems}),
            count=count,
        )
        return [*messages, {"type": "error", "message": summary}]
