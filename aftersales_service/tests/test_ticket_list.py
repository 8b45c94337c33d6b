from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestTicketList(AftersalesCommon, HttpCase):
    """The list of tickets that customers see, with parameters nobody chose."""

    def test_unknown_parameters_are_no_error_of_the_server(self):
        """HOT-21: junk in the address of the list is a 400 page, known words work."""
        self.authenticate("as_portal_a", "as_portal_a")
        for query in (
            "sortby=nope",
            "groupby=%00",
            "search_in=nan",
            "date_begin=yesterday&date_end=today",
        ):
            with self.subTest(query):
                answer = self.url_open(f"/my/tickets?{query}")
                self.assertEqual(answer.status_code, 400)
        for query in ("", "sortby=name", "groupby=none", "search=x&search_in=all"):
            with self.subTest(query):
                answer = self.url_open(f"/my/tickets?{query}")
                self.assertEqual(answer.status_code, 200)
