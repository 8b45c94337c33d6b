from odoo.tests import TransactionCase, tagged

# Requirements section 2.6, row by row: milestone -> (value, unit, counted from).
# "agreed" stands for an arrival by appointment: the line only holds until one is
# agreed.  "-" in the table is a milestone that is not there.
PROFILES = {
    "ENG": {
        "reply": (15, "minutes", "report"),
        "arrive": (0, "end_of_day", "report"),
        "resolve": (0, "end_of_day", "report"),
        "report_difficult": (0, "end_of_day", "report"),
        "depot_return": (10, "working_days", "report"),
    },
    "INST": {"arrive": (1, "working_days", "report")},
    "TEL": {
        "reply": (15, "minutes", "report"),
        "arrive": (1, "working_days", "report"),
        "resolve": (3, "working_days", "report"),
    },
    "STORE": {
        "commit": (24, "hours", "report"),
        "arrive": (1, "working_days", "report"),
        "resolve": (48, "hours", "sheet"),
        "return_sheet": (12, "hours", "leave"),
    },
    "COMP": {"arrive": (0, "end_of_day", "report")},
    "HOT": {"reply": (30, "minutes", "report")},
    "EQUIP": {"reply": (8, "hours", "report")},
}


@tagged("post_install", "-at_install")
class TestPolicyProfiles(TransactionCase):
    """The seven profiles that ship, against the table of the requirements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = {
            code: cls.env.ref(f"aftersales_service.policy_{code.lower()}")
            for code in PROFILES
        }

    def test_every_row_of_the_table(self):
        """AMB-50, HOT-12, HOT-13, HOT-15, DISP-01, DISP-02: each profile's row."""
        for code, expected in PROFILES.items():
            lines = self.policies[code].milestone_ids
            with self.subTest(code):
                self.assertEqual(
                    {
                        line.milestone: (line.value, line.unit, line.basis)
                        for line in lines
                    },
                    expected,
                )

    def test_hours_run_on_the_clock_and_cut_off_is_at_five(self):
        """AMB-51, AMB-58: defaults that the source leaves open."""
        lines = self.env["aftersales.policy.milestone"].browse()
        for policy in self.policies.values():
            lines |= policy.milestone_ids
            self.assertTrue(policy.critical_ignores_cutoff)
        self.assertEqual(set(lines.mapped("hours_mode")), {"clock"})
        days = lines.filtered(lambda line: line.unit == "end_of_day")
        self.assertEqual(set(days.mapped("cutoff_hour")), {17.0})
        self.assertTrue(self.policies["EQUIP"].milestone_ids.warn_duty)

    def test_every_profile_warns_twice_and_steps_up(self):
        """ESC-12: 50 % and 90 %; team leader, then head, then VP, 4 hours apart."""
        for code, policy in self.policies.items():
            with self.subTest(code):
                self.assertEqual(
                    [(one.recipient, one.hours) for one in policy.escalation_ids],
                    [("team_leader", 0), ("head", 4), ("quality_vp", 4)],
                )
                for line in policy.milestone_ids - self._commit():
                    self.assertEqual(line.warning_share, 50.0)
                    self.assertEqual(line.final_warning_share, 90.0)
        self.assertAlmostEqual(self._commit().final_warning_share * 24 / 100, 20.0)
        self.assertTrue(self._commit().warn_head)

    def _commit(self):
        return self.env.ref("aftersales_service.policy_store_commit")

    def test_every_profile_is_version_one_and_editable(self):
        """AMB-50: profiles are data: a head edits them, and a new version starts."""
        for policy in self.policies.values():
            self.assertEqual(policy.version, 1)
        policy = self.policies["EQUIP"]
        policy.milestone_ids.value = 6
        policy.escalation_ids[0].hours = 1
        self.assertEqual(policy.version, 3)
