"""The access matrix: every seat tries every door of every record, effects judge."""

import logging
from collections import Counter

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .specimens import KINDS

# Seat: column of the policy, and the class of records that is its own company's.
SEATS = {
    "technician": ("technician", "own"),
    "dispatcher": ("dispatcher", "mate"),
    "head": ("head", "mate"),
    "quality_vp": ("quality_vp", "mate"),
    "sales_vp": ("sales_vp", "mate"),
    "gm": ("gm", "mate"),
    "hr": ("hr", "mate"),
    "warehouse": ("warehouse", "mate"),
    "sales": ("sales", "mate"),
    "employee": ("employee", "mate"),
    "portal": ("portal", "mate"),
    "portal2": ("portal", "mate"),
    "public": ("public", "mate"),
    "technician3": ("technician", "other"),
    "head3": ("head", "other"),
    # Everybody of another company in one, who must see nothing of this one.
    "everybody3": ("everybody", "other"),
    # People of other applications: their rights on ours stand in guests.csv.
    "salesman": ("salesman", "mate"),
    "accountant": ("accountant", "mate"),
    "system": ("system", "mate"),
}
GUESTS = {
    "salesman": "sales_team.group_sale_salesman",
    "accountant": "account.group_account_invoice",
    "system": "base.group_system",
}
SHORT = ("read", "search")
READS = (*SHORT, "count", "export", "group", "web")
CHANGES = ("write", "create", "unlink")


def users_of(world):
    """Return the user of each seat."""
    public = world.env.ref("base.public_user")
    for seat, group in GUESTS.items():
        if not hasattr(world, f"{seat}_user"):
            user = world._create_user(f"as_{seat}", group)
            setattr(world, f"{seat}_user", user)
    if not hasattr(world, "everybody3_user"):
        user = world._create_user("as_everybody3", "base.group_user")
        ours = world.env["res.groups"].search([("id", "in", our_groups(world.env))])
        companies = {"company_id": world.company2.id}
        companies["company_ids"] = [(6, 0, world.company2.ids)]
        user.write({**companies, "group_ids": [(4, group.id) for group in ours]})
        world.everybody3_user = user
    return {
        seat: public if seat == "public" else getattr(world, f"{seat}_user")
        for seat in SEATS
    }


def our_groups(env):
    """Return the ids of the groups that stand in our access rows."""
    rows = env["ir.model.access"].search(
        [("model_id.model", "=like", "aftersales.%"), ("group_id", "!=", False)]
    )
    return rows.group_id.ids


def kind_for(seat, kind):
    """Return what a record of a class is to a seat: own, mate or other."""
    column, home = SEATS[seat]
    if home == "other":
        return "own" if kind == "other" else "other"
    if kind == "other":
        return "other"
    return kind if column == "technician" else "mate"


def try_door(record, door):
    """Tell whether a door opened: the record came, or the change may be made.

    :return: True, False (shut by right), None (refused for another reason)
    """
    try:
        return bool(open_door(record, door, [("id", "=", record.id)]))
    except AccessError:
        return False
    except UserError:
        return None


def takes_effect(record, door):
    """Tell whether a door that no rule shuts is shut by the model itself."""
    if door not in ("write", "unlink"):
        return True
    field = next(
        (
            field.name
            for field in record._fields.values()
            if field.store
            and not (field.compute or field.related)
            and field.type in ("char", "text", "boolean", "integer", "float")
            and field.name not in getattr(record, "_guarded_fields", ())
        ),
        "active",
    )
    try:
        with record.env.cr.savepoint() as savepoint:
            try:
                values = {field: record.sudo()[field]}
                record.write(values) if door == "write" else record.unlink()
            finally:
                savepoint.rollback()
    except (AccessError, UserError):
        return False
    return True


def open_door(record, door, found):
    if door == "read":
        return record.read(["id"])
    if door == "search":
        return record.with_context(active_test=False).search(found)
    if door == "count":
        return record.with_context(active_test=False).search_count(found)
    if door == "web":
        return record.with_context(active_test=False).web_search_read(
            found, {"id": {}}
        )["records"]
    if door == "group":
        groups = record.with_context(active_test=False).formatted_read_group(
            found, [], ["__count"]
        )
        return groups and groups[0]["__count"]
    if door == "export":
        return record.export_data(["id"])["datas"]
    if door == "unlink":
        record.check_access("unlink")
        return True
    if door == "create":
        # A window is made by who opens it: there is no other one's to make.
        (record.browse() if record._transient else record).check_access("create")
        return True
    record.check_access("write")
    return True


def run_matrix(specimens, users, policy, models, reads=SHORT, strict=False):
    """Try the cells of some models.

    :param reads: the doors of reading to try, of ``READS``
    :param strict: take what rights allow for done, whatever the model refuses
    :return: counts, and the list of findings as texts
    """
    counts, findings = Counter(), []
    logging.getLogger("odoo.addons.base.models.ir_rule").setLevel(logging.ERROR)
    logging.getLogger("odoo.addons.base.models.ir_model").setLevel(logging.ERROR)
    for model in models:
        for kind in KINDS:
            record = specimens.make(model, kind)
            if not record:
                counts["without a record"] += 1
                findings += judge_model(users, policy, model, kind, counts)
                continue
            for seat, user in users.items():
                column, _home = SEATS[seat]
                near = kind_for(seat, kind)
                if policy.is_open(model, column) or (
                    column == "everybody" and (near != "other" or record._transient)
                ):
                    counts["left open"] += 1
                    continue
                if record._transient:
                    near = hand_over(record, user, kind)
                allowed = policy.allowed(model, column, near) if near != "other" else ()
                # What belongs to no company is a rule for all of them.
                if near == "other" and is_shared(record):
                    allowed = policy.allowed(model, column, "mate") & {"read"}
                seen = as_seen_by(record, user)
                findings += [
                    f"{seat} {text} {model} ({kind})"
                    for text in judge(seen, allowed, reads, counts, strict)
                ]
    return counts, findings


def judge_model(users, policy, model, kind, counts):
    """Yield what is wrong with rights on a model that has no record of a class."""
    for seat, user in users.items():
        column, _home = SEATS[seat]
        if policy.is_open(model, column) or column == "everybody":
            continue
        allowed = policy.allowed(model, column, "own")
        records = user.env(user=user.id)[model]
        for operation in ("read", *CHANGES):
            counts["cells without a record"] += 1
            if records.has_access(operation) != (operation in allowed):
                yield f"{seat} RIGHT {operation} {model} ({kind})"


def hand_over(record, user, kind):
    """Make a window the user's own, where the class says so; return what it is."""
    if kind != "own":
        return "own" if record.sudo().create_uid == user else "mate"
    record.env.cr.execute(
        SQL(
            "UPDATE %s SET create_uid = %s WHERE id = %s",
            SQL.identifier(record._table),
            user.id,
            record.id,
        )
    )
    record.invalidate_recordset(["create_uid"], flush=False)
    return "own"


def as_seen_by(record, user):
    """Return a record as a user sees it, in his own companies."""
    companies = user.sudo().company_ids.ids
    return record.with_user(user).with_context(allowed_company_ids=companies)


def is_shared(record):
    return "company_id" in record._fields and not record.sudo().company_id


def judge(record, allowed, reads, counts, strict):
    """Yield what is wrong at the doors of one record for one user."""
    # Nobody deletes windows; whether he might is asked of mutants alone.
    changes = CHANGES[:2] if record._transient and not strict else CHANGES
    for door in (*reads, *changes):
        operation = door if door in CHANGES else "read"
        counts["cells"] += 1
        try:
            opened = try_door(record, door)
        except Exception as error:
            counts["untyped"] += 1
            yield f"UNTYPED {type(error).__name__} {error} at {door} of"
            continue
        if opened and operation not in allowed:
            if strict or takes_effect(record, door):
                yield f"LEAK {door}"
        elif opened is False and operation in allowed:
            yield f"BLOCK {door}"
