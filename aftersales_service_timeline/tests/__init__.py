from . import test_dispatch_board
