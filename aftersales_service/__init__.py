from . import controllers, demo, models, report
from .hooks import post_init_hook
