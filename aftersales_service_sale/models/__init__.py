from . import aftersales_claim
from . import aftersales_claim_line
from . import sale_order
from . import sale_order_line
