from . import aftersales_demo
from . import aftersales_demo_register
from . import aftersales_demo_stock
from . import aftersales_demo_pay
from . import aftersales_demo_history
from . import aftersales_demo_visit
from . import aftersales_demo_parts
from . import aftersales_demo_after
