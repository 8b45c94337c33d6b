"""The key that opens guarded fields.

Fields that only a named transition may write are refused by ``create`` and
``write`` unless this very object is in the context.  A client can send any
context it likes, but JSON and XML cannot carry a Python object, so the key
cannot be forged from outside (reliability rule D5).
"""

GUARD = object()
CONTEXT_KEY = "aftersales_guard"


def is_open(env):
    """Tell whether guarded fields may be written in this environment.

    :param env: an Odoo environment
    :return: True inside a named transition only
    """
    return env.context.get(CONTEXT_KEY) is GUARD
