from . import aftersales_charge_step
