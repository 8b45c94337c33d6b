from . import aftersales_claim_report
