"""Chargeable jobs, depot cases and loaners for the pairs."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.aftersales_service.tests.field_common import picture

from .pair_world import PairCommon


class PairMoneyCommon(PairCommon):
    """Makers of what the customer pays, and of units in the depot."""

    @classmethod
    def _make_world(cls):
        result = super()._make_world()
        make = cls._create_user
        cls.accountant_user = make("as_accountant", "account.group_account_invoice")
        cls.labour = cls.env.ref("aftersales_service_sale.product_labour")
        cls.customer.email = "purchasing@example.com"
        cls.tariff = cls._tariff(fields.Date.today() - timedelta(days=30))
        cls.tariff.with_user(cls.gm_user).action_approve()
        return result

    @classmethod
    def _tariff(cls, day):
        return (
            cls.env["aftersales.tariff"]
            .with_user(cls.head_user)
            .create(
                {
                    "name": "Tariff",
                    "company_id": cls.company.id,
                    "date_from": day,
                    "line_ids": [
                        Command.create(
                            {
                                "code": "L1",
                                "kind": "labour",
                                "product_id": cls.labour.id,
                                "price": 150.0,
                            }
                        )
                    ],
                }
            )
        )

    def tariffs(self):
        """Return two tariffs for one day, of which one may be in force."""
        number = self.env["aftersales.tariff"].search_count([])
        day = fields.Date.today() + timedelta(days=number)
        return {"tariff": self._tariff(day).id, "other": self._tariff(day).id}

    # -- chargeable jobs

    def charge(self, state="told"):
        """Return a chargeable job, up to a state."""
        order = self._at_state("on_site")
        job = self.env["aftersales.charge"]._unguarded()
        vals = {**order._prepare_charge_vals(), "reason": "upgrade"}
        job = job.create(vals)._guarded_again()
        line = job.line_ids.create({"charge_id": job.id, "product_id": self.labour.id})
        job.action_show_tariff()
        job.action_tell()
        job.action_record_opinion("repair", "Li Hua")
        letter = self.env["ir.attachment"].create(
            {"name": "letter.png", "datas": picture()}
        )
        job.write({"letter_ids": [Command.set(letter.ids)]})
        if state != "told":
            job.action_quote()
        if state == "approved":
            job.action_approve_letter("Li Hua")
        due = job.amount_due
        return {"charge": job.id, "line": line.id, "due": due, "labour": self.labour.id}

    def receipt(self):
        """Return money that a technician took and has to hand in."""
        target = self.charge("approved")
        job = self.env["aftersales.charge"].browse(target["charge"])
        made = job.with_user(self.technician_user).action_collect(target["due"])
        return {**target, "receipt": made.id}

    # -- the depot

    def rma(self, state="received", kind="repair"):
        """Return a depot case of a unit of its own, up to a state."""
        files = self.env["ir.attachment"].with_user(self.dispatcher_user)
        photo = files.create({"name": "unit.png", "datas": picture()})
        case = (
            self.env["aftersales.rma"]
            .with_user(self.dispatcher_user)
            .create(
                {
                    "kind": kind,
                    "equipment_id": self._unit().id,
                    "reason": "Cannot be taken apart on site",
                    "consent_by": "Li Hua",
                    "condition_note": "Scratch on the left cover",
                    "concern_note": "Oil on the floor",
                    "fault_note": "No pressure",
                    "photo_ids": [Command.set(photo.ids)],
                }
            )
        )
        if state != "draft":
            case.action_receive()
            self._estimate(case)
        if state == "authorised":
            case.action_authorise("Li Hua", signature=picture())
        return {"rma": case.id}

    def _estimate(self, case):
        labour = {"kind": "labour", "name": "Labour", "price_unit": 200.0}
        part = {"kind": "part", "product_id": self.filter_part.id, "quantity": 2}
        case.write(
            {
                "ready_on": fields.Date.today() + timedelta(days=9),
                "payment_note": "Invoice, 30 days",
                "delivery_note": "Delivered to the site",
                "old_part": "scrap",
                "line_ids": [Command.create(labour), Command.create(part)],
            }
        )
        case.line_ids.payer = "customer"

    def _spare(self, location):
        lots = self.env["stock.lot"]
        number = lots.search_count([("product_id", "=", self.compressor.id)])
        lot = lots.create({"name": f"SPARE-{number}", "product_id": self.compressor.id})
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.compressor, location, 1.0, lot_id=lot)
        return lot

    def rmas_for_spare(self):
        """Return two cases of exchange and the one unit that both may get."""
        cases = [self.rma(kind="exchange")["rma"] for _each in range(2)]
        spare = self._spare(self.warehouse.lot_stock_id)
        return {"rma": cases[0], "other": cases[1], "lot": spare.id}

    def rmas_for_loaner(self):
        """Return two cases and the one loaner that both customers may get."""
        cases = [self.rma()["rma"] for _each in range(2)]
        spare = self._spare(self.warehouse.aftersales_loan_location_id)
        return {"rma": cases[0], "other": cases[1], "lot": spare.id}

    def loan(self):
        """Return a loaner that is reserved for a case."""
        target = self.rmas_for_loaner()
        loan = self.env["aftersales.loan"].create(
            {"rma_id": target["rma"], "lot_id": target["lot"]}
        )
        return {"loan": loan.id}
