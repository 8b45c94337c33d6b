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


def count_guess():
    """Count a wrong code or key of the visitor's address; True while within limits."""
    # sudo: of a stranger only the limit of the first company is known
    company = request.env["res.company"].sudo().search([], order="id", limit=1)
    return count_address("code", company)
