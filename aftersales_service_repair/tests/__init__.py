from . import test_take_in
