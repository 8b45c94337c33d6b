# -- field work
from . import aftersales_order_schedule
from . import aftersales_order_sign
from . import aftersales_order_reason
