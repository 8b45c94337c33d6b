from . import aftersales_trip
from . import aftersales_trip_line
from . import hr_expense
