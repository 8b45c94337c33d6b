from . import aftersales_claim_report
from . import aftersales_month_workbook
