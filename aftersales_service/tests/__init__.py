from . import test_audit
from . import test_calc
from . import test_contract
from . import test_mixins
from . import test_views
from . import test_warranty
from . import test_order
