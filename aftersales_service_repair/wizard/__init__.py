from . import aftersales_rma_step
