from . import aftersales_order
from . import aftersales_order_unit
from . import repair_order
