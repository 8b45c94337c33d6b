"""A unit in the depot, walked through its life by its own people."""

from odoo.addons.aftersales_service.tests.field_common import FieldCommon, picture


class DepotCommon(FieldCommon):
    """Depot cases in any state. It is noon in UTC on Monday, 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.depot_user = cls.warehouse_user
        cls.depot2_user = cls._create_user("as_depot2", "stock.group_stock_user")
        cls.policy.milestone_ids = [
            (
                0,
                0,
                {"milestone": "depot_return", "unit": "working_days", "value": 10},
            )
        ]
        cls.filter_part.list_price = 175.0
        cls._stock(cls.filter_part, 5)
        cls.new_lot = cls._stock(cls.compressor, 0, ["SN-CP-0099"])

    def _photo(self, user=None):
        files = self.env["ir.attachment"].with_user(user or self.dispatcher_user)
        return files.create({"name": "unit.png", "datas": picture()})

    def _sheet(self, user=None, **values):
        return {
            "reason": "Cannot be taken apart on site",
            "consent_by": "Li Hua",
            "condition_note": "Scratch on the left cover",
            "concern_note": "Oil on the floor",
            "fault_note": "No pressure",
            "photo_ids": [(6, 0, self._photo(user).ids)],
            **values,
        }

    def _rma(self, kind="repair", **values):
        """Return an announced case as the dispatcher sees it."""
        cases = self.env["aftersales.rma"].with_user(self.dispatcher_user)
        return cases.create(
            {
                "kind": kind,
                "equipment_id": self.equipment.id,
                **self._sheet(),
                **values,
            }
        )

    def _received(self, kind="repair", at=None, **values):
        rma = self._rma(kind, **values)
        return rma.action_receive(at or self._at("09:00"))

    def _estimate(self, rma, payer="customer", **values):
        rma.write(
            {
                "ready_on": "2026-03-13",
                "payment_note": "Invoice, 30 days",
                "delivery_note": "Delivered to the site",
                "old_part": "customer",
                "line_ids": [
                    (0, 0, {"kind": "labour", "name": "Labour", "price_unit": 200.0}),
                    (
                        0,
                        0,
                        {
                            "kind": "part",
                            "product_id": self.filter_part.id,
                            "quantity": 2,
                        },
                    ),
                ],
                **values,
            }
        )
        rma.line_ids.payer = payer
        return rma

    def _authorised(self, **values):
        rma = self._estimate(self._received(), **values)
        return rma.action_authorise("Li Hua", signature=picture(), at=self._at("10:00"))

    def _repairing(self, **values):
        rma = self._authorised(**values)
        rma.with_user(self.depot_user).action_start()
        return rma

    def _ready(self, **values):
        rma = self._repairing(**values)
        repair = rma.repair_id.with_user(self.depot_user)
        repair.move_ids.quantity = 2
        repair.action_repair_end()
        return rma
