from . import test_depot_tour
from . import test_loan
from . import test_photo_retention
from . import test_repair_portal
from . import test_rma
from . import test_rma_turns
from . import test_swap
from . import test_take_in
