from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give the shipped rules what a rule says since this version.

    Complaints are proposed by their verification; repeats count over a rolling
    year, each by its place.  Rules that somebody changed meanwhile keep the change.
    Appeals left open on penalties that were cancelled wait for nobody any more.
    """
    cr.execute(
        "UPDATE aftersales_adjustment SET appeal_state = 'lapsed' "
        "WHERE appeal_state = 'open' AND state = 'cancel'"
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    complaint = env.ref(
        "aftersales_service.pay_rule_complaint", raise_if_not_found=False
    )
    if complaint and complaint.trigger == "manual":
        complaint.trigger = "complaint"
    repeat = env.ref("aftersales_service.pay_rule_repeat", raise_if_not_found=False)
    if repeat and repeat.trigger == "manual":
        repeat.trigger = "repeat"
    loss = env.ref("aftersales_service.pay_rule_loss", raise_if_not_found=False)
    for rule in filter(None, (repeat, loss)):
        rule.is_for_fund = False  # costs passed on are no fines
    if repeat and repeat.method == "ladder" and not repeat.ladder_days:
        repeat.write({"ladder_mode": "incremental", "ladder_days": 365})
