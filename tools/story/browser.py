"""A browser without a screen: the web client's pages, fetched in this process."""

import json

from werkzeug.test import Client

from odoo.http import root

ADDRESS = {"REMOTE_ADDR": "127.0.0.1"}


class Browser:
    """Somebody logged in on the web.

    :param env: any environment of the database
    :param str login: login and password of the demo user
    """

    def __init__(self, env, login):
        self.client = Client(root)
        params = {"db": env.cr.dbname, "login": login, "password": login}
        response = self.client.post(
            "/web/session/authenticate",
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            content_type="application/json",
            environ_base=ADDRESS,
        )
        answer = json.loads(response.get_data())
        self.is_logged_in = bool(answer.get("result", {}).get("uid"))

    def get(self, path):
        """Return status and body of a page."""
        response = self.client.get(path, environ_base=ADDRESS, follow_redirects=True)
        return response.status_code, response.get_data()
