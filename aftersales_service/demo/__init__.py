from . import aftersales_demo
from . import aftersales_demo_register
from . import aftersales_demo_stock
