from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestTerritory(AftersalesCommon):
    """SITE-05: regions, who serves them, and what makes them ambiguous."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        states = cls.env["res.country.state"]
        china = cls.env.ref("base.cn")
        cls.yunnan, cls.liaoning, cls.guangdong = (
            states.search([("country_id", "=", china.id), ("code", "=", code)], limit=1)
            or states.create({"country_id": china.id, "code": code, "name": code})
            for code in ("YN", "LN", "GD")
        )
        cls.south_west = cls._create_territory("Yunnan", cls.yunnan, sequence=5)
        cls.north = cls._create_territory("North", cls.liaoning, sequence=5)

    @classmethod
    def _create_territory(cls, name, states, **values):
        return cls.env["aftersales.territory"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "state_ids": [(6, 0, states.ids)],
                **values,
            }
        )

    def _site(self, state, **values):
        partner = self.env["res.partner"].create(
            {"name": "Customer", "state_id": state.id if state else False}
        )
        return self.env["aftersales.site"].create(
            {
                "name": "Site",
                "partner_id": partner.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_site_05_territory_is_proposed_from_the_address(self):
        for state, expected in [
            (self.yunnan, self.south_west),
            (self.liaoning, self.north),
            (self.guangdong, self.territory),
            (None, self.territory),
        ]:
            with self.subTest(state=state and state.code):
                site = self._site(state)
                self.assertEqual(site.territory_id, expected)
                self.assertEqual(site.region_id, state or site.region_id.browse())

    def test_address_of_the_site_beats_the_customers(self):
        place = self.env["res.partner"].create(
            {"name": "Plant", "state_id": self.liaoning.id}
        )
        site = self._site(self.yunnan, address_id=place.id)
        self.assertEqual(site.territory_id, self.north)
        place.state_id = self.yunnan
        self.assertEqual(site.territory_id, self.south_west)

    def test_a_proposal_can_be_overruled(self):
        site = self._site(self.yunnan, territory_id=self.north.id)
        self.assertEqual(site.territory_id, self.north)

    def test_smaller_number_wins(self):
        first = self._create_territory("Kunming", self.yunnan, sequence=1)
        self.assertEqual(self._site(self.yunnan).territory_id, first)
        self.assertFalse(first.warning)
        self.assertFalse(self.south_west.warning)

    def test_territories_of_other_companies_are_not_proposed(self):
        foreign = self._create_territory(
            "Foreign", self.yunnan, sequence=0, company_id=self.company2.id
        )
        own = self._site(self.yunnan)
        self.assertEqual(own.territory_id, self.south_west)
        other = self._site(self.yunnan, company_id=self.company2.id)
        self.assertEqual(other.territory_id, foreign)
        self.assertEqual(
            self.env["aftersales.territory"]._propose(own | other),
            {own: self.south_west, other: foreign},
        )

    def test_proposals_cost_the_same_for_one_and_for_many(self):
        counts = []
        for number in (1, 1, 40):
            sites = self.env["aftersales.site"]
            for _index in range(number):
                sites |= self._site(self.yunnan)
            self.env.invalidate_all()
            self.env["aftersales.territory"]._propose(sites)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["aftersales.territory"]._propose(sites)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_site_05_overlap_of_equal_priority_warns(self):
        rival = self._create_territory("Rival", self.yunnan, sequence=5)
        for territory in (rival, self.south_west):
            self.assertIn(self.yunnan.name, territory.warning)
        self.assertFalse(self.north.warning)
        rival.sequence = 6
        self.south_west.invalidate_recordset(["warning"])
        self.assertFalse(rival.warning)
        self.assertFalse(self.south_west.warning)

    def test_two_catch_alls_of_equal_priority_warn(self):
        other = self._create_territory(
            "Rest", self.yunnan.browse(), is_catch_all=True, sequence=10
        )
        self.assertIn(self.territory.name, other.warning)
        other.active = False
        self.territory.invalidate_recordset(["warning"])
        self.assertFalse(self.territory.warning)

    def test_head_edits_dispatcher_reads_technician_does_not(self):
        with Form(self.env["aftersales.territory"].with_user(self.head_user)) as form:
            form.name = "New"
            form.state_ids.add(self.guangdong)
            form.technician_ids.add(self.technician)
        territory = form.save()
        self.assertEqual(territory.technician_ids, self.technician)
        self.assertEqual(
            territory.with_user(self.dispatcher_user).technician_ids.mapped("name"),
            self.technician.mapped("name"),
        )
        with self.assertRaises(AccessError):
            territory.with_user(self.dispatcher_user).write({"name": "x"})
        for user in (self.technician_user, self.hr_user, self.employee_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                territory.with_user(user).read(["name"])

    def test_window_on_the_sites(self):
        site = self._site(self.yunnan)
        self.assertEqual(self.south_west.site_count, 1)
        window = self.south_west.action_open_sites()
        self.assertEqual(self.env["aftersales.site"].search(window["domain"]), site)
