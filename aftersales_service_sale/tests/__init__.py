from . import test_charge
from . import test_charge_tour
from . import test_charge_turns
from . import test_invoice
from . import test_money
from . import test_quotation
