"""What a person of two companies sees and does in the sessions a client may ask for."""

import inspect

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tools import SQL

from odoo.addons.aftersales_service.tests import introspection

from .mixture import Mixture
from .payloads import Payloads
from .server import OdooServer

ROLES_ON_WIRE = ("as_head", "as_dispatcher", "as_gm")
ON_WIRE = (
    *("aftersales.order", "helpdesk.ticket", "aftersales.site", "aftersales.claim"),
    *("aftersales.equipment", "aftersales.callback", "aftersales.commitment"),
)
OPEN_RULE = (
    "UPDATE ir_rule SET domain_force = '[(1,''='',1)]' WHERE model_id ="
    " (SELECT id FROM ir_model WHERE model = 'aftersales.order')"
)


def forged(third, first):
    """Return what no client of a person outside of ``third`` may ask for."""
    return [
        *([third], [first, third], [third, first], [10**9], [-1], [0]),
        *(["x"], [None], "nonsense", {"1": 1}, 7, True, [[first]]),
    ]


def is_list_of_numbers(value):
    return isinstance(value, list) and all(type(one) is int for one in value)


class Sessions:
    """Opens sessions in somebody's name and compares what they show."""

    def __init__(self, env, world, specimens, counts):
        self.env, self.world, self.specimens = env, world, specimens
        self.counts, self.violations, self.asked = counts, [], set()
        self.one, self.two = world.company.id, world.company2.id
        self.mixture = Mixture(env)
        ours = [*introspection.our_models(env), env["helpdesk.ticket"]]
        self.models = [
            model
            for model in ours
            if not model._abstract and not model._transient and self._has_company(model)
        ]

    def _has_company(self, model):
        if not model._auto:
            return "company_id" in model._fields and model._fields["company_id"].store
        return self.mixture.company(model, "t") is not None

    def _companies(self, model, ids, user):
        """Return ``{id: company}`` of records, read past all rules.

        A view may show what is due by the day of who looks.
        """
        if not model._auto:
            context = {"active_test": False, "tz": user.tz}
            found = model.sudo().with_context(**context).browse(ids)
            return {one.id: one.company_id.id for one in found}
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id, %s FROM %s AS t WHERE t.id = ANY(%s)",
                self.mixture.company(model, "t"),
                SQL.identifier(model._table),
                list(ids),
            )
        )
        return dict(rows)

    def _as(self, model, user, allowed):
        context = {"active_test": False, "allowed_company_ids": allowed}
        return self.env(user=user.id, su=False, context=context)[model._name]

    # -- reading

    def compare(self, user):
        """Compare what five sessions show of every model."""
        one, two = self.one, self.two
        for model in self.models:
            if not self._as(model, user, [one]).has_access("read"):
                self.counts["no right to read"] += 1
                continue
            shown = {
                str(allowed): self._look(model, user, allowed)
                for allowed in ([one], [two], [one, two], [two, one], [])
            }
            self.counts["lists compared"] += len(shown)
            label = f"{user.login} {model._name}"
            self.violations += [f"{label}: {text}" for text in self._differ(shown)]
            self._check_foreign(model, user, shown, label)

    def _look(self, model, user, allowed):
        """Return the ids that a session shows, the same by list, count and group."""
        records = self._as(model, user, allowed)
        ids = records.search([]).ids
        count = records.search_count([])
        groups = records.formatted_read_group([], [], ["__count"])
        grouped = groups[0]["__count"] if groups else 0
        if not count == grouped == len(ids):
            self.violations.append(
                f"{user.login} {model._name} {allowed}: list {len(ids)}, count {count},"
                f" group {grouped}"
            )
        return set(ids)

    def _differ(self, shown):
        """Yield what does not hold between the five sessions."""
        first, second, both, turned, none = shown.values()
        if both != first | second:
            yield f"together {len(both)}, apart {len(first | second)}"
        if both != turned:
            yield f"{len(both)} in one order, {len(turned)} in the other"
        if both != none:
            yield f"{len(both)} with both, {len(none)} with no company named"

    def _check_foreign(self, model, user, shown, label):
        """Look for rows of the other company, and try to open them."""
        first, second, both, *_rest = shown.values()
        companies = self._companies(model, both | first | second, user)
        for ids, other in ((first, self.two), (second, self.one)):
            strange = [one for one in ids if companies.get(one) == other]
            if strange:
                self.violations.append(f"{label} shows {strange[:3]} of another")
        for hidden, allowed in ((second - first, self.one), (first - second, self.two)):
            if not hidden:
                continue
            self.counts["hidden rows opened"] += 1
            record = self._as(model, user, [allowed]).browse(min(hidden))
            for door in ("read", "write", "unlink"):
                if record.has_access(door):
                    self.violations.append(f"{label} {door} from the other company")

    def control(self, user):
        """Open the rules of orders: the same comparison must notice."""
        kept, models = self.violations, self.models
        self.violations, self.models = [], [self.env["aftersales.order"]]
        with self.env.cr.savepoint(flush=False) as savepoint:
            self.env.cr.execute(OPEN_RULE)
            self._forget()
            self.compare(user)
            savepoint.rollback()
        self._forget()
        found = any("of another" in text for text in self.violations)
        self.violations, self.models = kept, models
        return [] if found else ["control not found: a company rule opened"]

    def _forget(self):
        self.env.registry.clear_cache("default", "stable", "groups")
        self.env.invalidate_all()

    # -- sessions that nobody may have

    def forge(self, user):
        """Ask for companies that are not the user's, by call_kw.

        Each model is asked by the first person who may read it: for two companies
        of others, and every tenth model for whatever else a client can send.
        """
        for model in self.models:
            record = self._specimen(model, "own")
            if not record or model._name in self.asked:
                continue
            if not self._as(model, user, [self.one]).has_access("read"):
                continue
            self.asked.add(model._name)
            values = forged(self.world.company3.id, self.one)
            for value in values if len(self.asked) % 10 == 1 else values[:2]:
                for name, args in self._calls(record):
                    self._call_forged(model, user, name, args, value)

    def _calls(self, record):
        """Yield methods that read and write, with their arguments."""
        yield "search_count", [[]]
        yield "web_search_read", [[], {"id": {}}]
        yield "read", [record.ids, ["id"]]
        if record._auto:
            yield "write", [record.ids, {"company_id": self.one}]
            yield "create", [{}]

    def _specimen(self, model, kind):
        return self.specimens.make(model._name, kind)

    def _call_forged(self, model, user, name, args, value):
        self.counts["calls with forged companies"] += 1
        target = self.env(user=user.id, su=False, context={})[model._name]
        label = f"{user.login} {name} {model._name} with {value!r:.40}"
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                call_kw(target, name, args, {"context": {"allowed_company_ids": value}})
                self.violations.append(f"answered: {label}")
            except AccessError:
                self.counts["forged refused"] += 1
            except UserError:
                self.counts["forged refused otherwise"] += 1
            except TypeError as error:
                if is_list_of_numbers(value):
                    self.violations.append(f"{label}: {error}")
                self.counts["forged refused by the frame"] += 1
            except Exception as error:
                self.violations.append(f"{label}: {type(error).__name__} {error}")
            finally:
                self.env.clear()
                savepoint.rollback()

    # -- acting on a document of the company that the session left out

    def act(self, user, model, name, parameters):
        """Press a method on a record of the first company, outside of it."""
        record = self._specimen(model, "own")
        if not record or not record._auto or record._transient:
            return
        function = getattr(type(model), name)
        if getattr(function, "_api_model", False) or not self._has_company(model):
            return
        payloads = Payloads(f"{model._name}.{name}", record.ids)
        arguments = {
            key: payloads.plausible(key, None if value is inspect._empty else value)
            for key, value in parameters.items()
        }
        for allowed in ([self.two], [self.one, self.world.company3.id]):
            self._press(user, record, name, arguments, allowed)

    def _press(self, user, record, name, arguments, allowed):
        self.counts["actions from outside"] += 1
        target = self.env(user=user.id, su=False, context={})[record._name]
        label = f"{record._name}.{name} in {allowed}"
        with self.env.cr.savepoint() as savepoint:
            try:
                before = self._rows(record)
                keywords = {**arguments, "context": {"allowed_company_ids": allowed}}
                call_kw(target, name, [record.ids], keywords)
                self.env.flush_all()
                if self._rows(record) != before:
                    self.violations.append(f"changed by {label}")
                self.counts["actions answered, nothing changed"] += 1
            except UserError:
                self.counts["actions refused"] += 1
            except Exception as error:
                self.violations.append(f"{label}: {type(error).__name__} {error}")
            finally:
                savepoint.rollback()
                self.env.clear()

    def _rows(self, record):
        """Return checksums of a record and of the trail."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT (SELECT md5(t::text) FROM %s t WHERE id = %s),"
                " (SELECT COUNT(*) FROM aftersales_audit)",
                SQL.identifier(record._table),
                record.id,
            )
        )


def over_the_wire(database, companies, calls, counts):
    """Ask a real server in all sessions; return what is wrong.

    The cookie ``cids`` names the third company: only the web client reads it.

    :param companies: the two companies of the people, and a third one
    :param int calls: how many a person makes, at most
    """
    one, two, third = companies
    wrong = []
    with OdooServer(database, workers=1) as server:
        for client in server.get_clients(ROLES_ON_WIRE):
            client.session.cookies.set("cids", str(third))
            done = 0
            for model in ON_WIRE:
                for allowed in ([one], [two], [one, two], *forged(third, one)):
                    if done >= calls:
                        break
                    done += 1
                    counts["calls over the wire"] += 1
                    wrong += ask(client, model, allowed, {one, two})
    return wrong


def ask(client, model, allowed, own):
    """Yield what is wrong with one answer of the server."""
    reply = client.call(
        model,
        "search_read",
        [],
        ["company_id"],
        context={"allowed_company_ids": allowed},
    )
    label = f"{client.login} {model} with {allowed!r:.40} over the wire"
    if is_list_of_numbers(allowed) and set(allowed) <= own:
        found = {row["company_id"][0] for row in reply.value or () if row["company_id"]}
        if reply.kind == "ok" and not found <= set(allowed):
            yield f"{label} shows {found}"
        if reply.kind not in ("ok", "access"):
            yield f"{label}: {reply.message}"
    elif reply.kind == "ok":
        yield f"{label} was answered"
    elif reply.kind != "access":
        # What is no list fails in the framework, unless the last call was one of ours.
        last = str(reply.value).rpartition('File "')[2]
        if "aftersales_service" in last:
            yield f"{label}: {reply.message}"
