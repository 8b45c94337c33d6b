"""The web client's door: a session that calls methods and sorts the answers."""

import itertools
import re
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

    def __init__(self, url, database, login, password=None, session=None):
        """Log in, or go on in another window of a session that was opened before."""
        self.url, self.login = url, login
        self.session, self._token = requests.Session(), None
        if session is not None:
            self.session.cookies.update(session.cookies)
            return
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

    def submit(self, path, fields):
        """Send the fields of a form of the customer's pages.

        :return: ``Reply``; a refusal of his is of the kind user
        """
        if self._token is None:
            page = self.session.get(f"{self.url}/my", timeout=60).text
            self._token = re.search(r'csrf_token: "([0-9a-fo]+)"', page).group(1)
        start = time.perf_counter()
        answer = self.session.post(
            self.url + path,
            data={**fields, "csrf_token": self._token},
            allow_redirects=False,
            timeout=300,
        )
        kind = "ok" if answer.status_code < 400 else "user"
        if answer.status_code >= 500:
            kind = "server"
        seconds = time.perf_counter() - start
        return Reply(kind, None, f"{answer.status_code} {path}", seconds)

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
