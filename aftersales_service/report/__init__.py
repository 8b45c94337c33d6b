from . import aftersales_claim_report
from . import aftersales_commitment_report
from . import aftersales_month_workbook
from . import aftersales_order_step_report
from . import aftersales_part_demand
from . import aftersales_plan_report
from . import aftersales_timeline
from . import aftersales_timeline_rows
