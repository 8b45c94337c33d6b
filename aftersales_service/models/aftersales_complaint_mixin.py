from odoo import fields, models

COMPLAINT_KINDS = [("product", "Product Quality"), ("service", "Service Quality")]
GROUNDS = [
    ("quarrel", "Quarrel with the Customer"),
    ("demand", "Demand for Favours"),
    ("not_in_time", "Not in Time"),
    ("other", "Other"),
]
# Facts without which a complaint of a kind says too little (HOT-06, HOT-08).
KIND_FACTS = {
    "product": (
        "purchase_channel",
        "purchase_place",
        "batch_number",
        "manufacture_date",
    ),
    "service": ("complaint_category",),
}
COMMON_FACTS = ("complaint_kind", "complaint_object", "complaint_cause")
COPIED_FACTS = (
    *COMMON_FACTS,
    *KIND_FACTS["product"],
    *KIND_FACTS["service"],
    "complaint_staff",
    "complaint_place",
    "complaint_manner",
    "requested_solution",
    "injury",
    "judgement",
    "judgement_reason",
)


class AftersalesComplaintMixin(models.AbstractModel):
    """What a complaint must say, on the call and on the ticket (form F48)."""

    _name = "aftersales.complaint.mixin"
    _description = "After-Sales Complaint Facts"

    complaint_kind = fields.Selection(COMPLAINT_KINDS, string="Complaint About")
    complaint_object = fields.Char(help="The product, the visit or the bill meant.")
    complaint_cause = fields.Text(help="What went wrong, in the customer's words.")
    purchase_channel = fields.Selection(
        [
            ("direct", "From Us"),
            ("dealer", "Dealer"),
            ("retail", "Shop"),
            ("online", "Online"),
            ("other", "Elsewhere"),
        ],
        string="Bought Through",
    )
    purchase_place = fields.Char(string="Bought At")
    batch_number = fields.Char(help="Batch or serial number on the product.")
    manufacture_date = fields.Date()
    complaint_category = fields.Selection(
        [
            ("late", "Late Delivery"),
            ("short", "Short Quantity"),
            ("staff", "Skill or Attitude of Staff"),
            ("settlement", "Error in Settlement"),
            ("other", "Other"),
        ]
    )
    complaint_staff = fields.Char(
        string="Employee as Named",
        groups="aftersales_service.group_dispatcher,hr.group_hr_user",
        help="Name or number, as the customer said it.",
    )
    complaint_place = fields.Char(string="Where It Happened")
    complaint_manner = fields.Text(string="How It Happened")
    requested_solution = fields.Text(string="Solution Asked For")
    injury = fields.Boolean(
        string="Injury or Illness",
        help="Somebody was hurt, ill or in hospital: a joint visit at once.",
    )
    judgement = fields.Selection(
        [
            ("substantiated", "Seems Substantiated"),
            ("unsubstantiated", "Seems Unsubstantiated"),
        ],
        string="Operator's Judgement",
    )
    judgement_reason = fields.Char(string="Why It Seems So")

    def _get_missing_complaint(self):
        """Return the names of the mandatory facts that this complaint lacks."""
        self.ensure_one()
        names = [*COMMON_FACTS, *KIND_FACTS.get(self.complaint_kind, ())]
        if self.judgement == "unsubstantiated":
            names.append("judgement_reason")
        return [name for name in names if not str(self[name] or "").strip()]
