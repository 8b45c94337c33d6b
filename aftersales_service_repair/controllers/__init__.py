from . import repair_portal
