from . import aftersales_order
