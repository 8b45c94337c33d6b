"""How often somebody may knock at a door without a login; counted in the database."""

from odoo.http import request


def count_address(what, company):
    """Count a request of the visitor's address; True while within the limit.

    The caller returns its answer: an error raised would take the count back.

    :param str what: what is counted together
    :param company: the company whose hourly limit holds
    """
    # sudo: strangers count through the checked door alone; hashing needs no rights
    env = request.env(su=True)
    # A short hash: the address is counted, not collected.
    address = env["aftersales.link"]._hash(request.httprequest.remote_addr or "")[:32]
    limit = company.aftersales_qr_address_limit
    return env["aftersales.throttle"]._hit(f"{what}:{address}", limit)


def count_report(company):
    """Count a report of the customer's entity; True while within the limit.

    :param company: the company whose limit holds
    """
    # sudo: the counter is nobody's to read; the limits are the company's
    env, company_sudo = request.env(su=True), company.sudo()
    entity = env.user.partner_id.commercial_partner_id
    return env["aftersales.throttle"]._hit(
        f"portal:{company_sudo.id}:{entity.id}",
        company_sudo.aftersales_report_limit,
        company_sudo.aftersales_report_minutes or 60,
    )


def count_lost_guess():
    """Count a wrong key where the answer is an error, which takes back all else.

    The count has a transaction of its own.

    :return: True while within the limit
    """
    with request.env.registry.cursor() as cursor:
        # sudo: a stranger's guess is counted by the checked door alone
        env = request.env(cr=cursor, su=True)
        company = env["res.company"].search([], order="id", limit=1)
        address = request.httprequest.remote_addr or ""
        return env["aftersales.throttle"]._hit(
            f"code:{env['aftersales.link']._hash(address)[:32]}",
            company.aftersales_qr_address_limit,
        )


def count_guess():
    """Count a wrong code or key of the visitor's address; True while within limits."""
    # sudo: of a stranger only the limit of the first company is known
    company = request.env["res.company"].sudo().search([], order="id", limit=1)
    return count_address("code", company)
