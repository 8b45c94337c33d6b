"""The three doors of other programs: call_kw of the web client, JSON-2 and XML-RPC."""

import base64
import math
import xmlrpc.client

import requests

from .client import TYPED, Client

FAULTS = {2: "user", 3: "access", 4: "access"}


class Caller:
    """One person with a session, a key for JSON-2, and his password for XML-RPC.

    Every door answers (kind, value or message): ok, access, user, lock, frame (the
    call itself was refused before it reached a method) or server (untyped).
    """

    def __init__(self, server, user_id, login, password, key):
        self.web = Client(server.url, server.database, login, password)
        self.url, self.database = server.url, server.database
        self.user_id, self.password = user_id, password
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"bearer {key}"
        self.xml = xmlrpc.client.ServerProxy(
            f"{server.url}/xmlrpc/2/object", allow_none=True
        )

    def call(self, door, model, method, ids, arguments):
        """Call a method by one of the doors.

        :param ids: the records, None for a method of the model
        :return: ``(kind, value)``
        """
        return getattr(self, f"_{door}")(model, method, ids, arguments)

    def _call_kw(self, model, method, ids, arguments):
        args = [] if ids is None else [ids]
        # Not by ``Client.call``: an argument may be called model or method.
        reply = self.web._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": args,
                "kwargs": _plain(arguments),
            },
        )
        return reply.kind, reply.value if reply.kind == "ok" else (
            f"{reply.message}\n{reply.value or ''}"
        )

    def _json2(self, model, method, ids, arguments):
        body = {**_plain(arguments), **({} if ids is None else {"ids": ids})}
        answer = self.session.post(
            f"{self.url}/json/2/{model}/{method}", json=body, timeout=300
        )
        value = answer.json() if answer.content else None
        if answer.ok:
            return "ok", value
        if answer.status_code < 500 and "name" not in (value or {}):
            return "frame", str(value)
        name = (value or {}).get("name", "")
        kind = TYPED.get(name) or ("user" if ".exceptions." in name else "server")
        if name.startswith("werkzeug.") and answer.status_code < 500:
            kind = "frame"
        return (
            kind,
            f"{name} {(value or {}).get('message')} {(value or {}).get('debug')}",
        )

    def _xmlrpc(self, model, method, ids, arguments):
        args = [] if ids is None else [ids]
        try:
            value = self.xml.execute_kw(
                self.database,
                self.user_id,
                self.password,
                model,
                method,
                args,
                _plain(arguments, math.inf),
            )
        except xmlrpc.client.Fault as fault:
            kind = FAULTS.get(fault.faultCode, "server")
            if "cannot marshal" in fault.faultString:
                return "ok", None  # done, and the answer cannot be said in XML
            return kind, fault.faultString
        except (OverflowError, TypeError, ValueError) as error:
            return "frame", f"cannot be sent: {error}"
        except xmlrpc.client.ProtocolError as error:
            return "server", str(error)
        return "ok", value


def _plain(value, largest=None):
    """Return a value as JSON and XML can carry it."""
    if isinstance(value, dict):
        return {str(key): _plain(item, largest) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, largest) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode()
        # XML has no control characters; JSON has them.
        return text.replace("\x00", "?") if largest else text
    if largest and isinstance(value, int) and abs(value) > 2**31 - 1:
        return str(value)
    return value
