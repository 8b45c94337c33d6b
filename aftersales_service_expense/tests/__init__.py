from . import test_trip_expense
