"""The web client's door: a session that calls methods and sorts the answers."""

import itertools
import time
from dataclasses import dataclass
from typing import Any

import requests

TYPED = {
    "odoo.exceptions.AccessError": "access",
    "odoo.exceptions.AccessDenied": "access",
    "odoo.exceptions.UserError": "user",
    "odoo.exceptions.ValidationError": "user",
    "odoo.exceptions.MissingError": "user",
    "odoo.exceptions.RedirectWarning": "user",
    "odoo.exceptions.LockError": "lock",
    "odoo.exceptions.ConcurrencyError": "lock",
    "psycopg2.errors.SerializationFailure": "lock",
    "psycopg2.errors.LockNotAvailable": "lock",
    "psycopg2.errors.DeadlockDetected": "lock",
}


@dataclass
class Reply:
    """One answer: ok, access, user, lock, server (untyped) or transport."""

    kind: str
    value: Any = None
    message: str = ""
    seconds: float = 0.0


class Client:
    """One user's session; ``call`` never raises on a refusal."""

    _ids = itertools.count(1)

    def __init__(self, url, database, login, password=None):
        self.url, self.login = url, login
        self.session = requests.Session()
        answer = self._post(
            "/web/session/authenticate",
            {
                "db": database,
                "login": login,
                "password": password or login.ljust(8, "x"),
            },
        )
        if answer.kind != "ok" or not answer.value.get("uid"):
            raise RuntimeError(f"{login} cannot log in: {answer.message}")

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does.

        :return: ``Reply``
        """
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def _post(self, path, params):
        payload = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": next(self._ids),
            "params": params,
        }
        start = time.perf_counter()
        try:
            answer = self.session.post(self.url + path, json=payload, timeout=300)
            body = answer.json()
        except (requests.RequestException, ValueError) as error:
            return Reply("transport", message=str(error)[:200])
        seconds = time.perf_counter() - start
        if "error" not in body:
            return Reply("ok", body.get("result"), seconds=seconds)
        data = body["error"].get("data") or {}
        name = data.get("name", "")
        kind = TYPED.get(name) or ("user" if ".exceptions." in name else "server")
        text = f"{name}: {data.get('message') or body['error'].get('message')}"
        return Reply(kind, data.get("debug"), text[:300], seconds)
