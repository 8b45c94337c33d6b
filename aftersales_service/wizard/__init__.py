# -- house
from . import aftersales_integrity_report
from . import aftersales_first_steps

# -- register and rules
from . import aftersales_equipment_exchange
from . import aftersales_equipment_override
from . import aftersales_equipment_step
from . import aftersales_allocation_contact
from . import aftersales_site_waive
from . import aftersales_site_correct
from . import aftersales_site_log_book
from . import aftersales_warranty_check_override

# -- field work
from . import aftersales_order_schedule
from . import aftersales_order_sign
from . import aftersales_order_reason
from . import aftersales_order_move
from . import aftersales_order_confirm

# -- desk
from . import helpdesk_ticket_resolve
from . import helpdesk_ticket_decide
from . import aftersales_application
from . import aftersales_followup_result
from . import aftersales_commitment_except
from . import aftersales_callback_record
from . import aftersales_order_track
from . import aftersales_desk

# -- plans
from . import aftersales_plan_skip
from . import aftersales_plan_reply
from . import aftersales_check_answer

# -- parts
from . import aftersales_claim_decide
from . import aftersales_claim_find
from . import aftersales_recovery_step
from . import aftersales_claim_line_book

# -- pay
from . import aftersales_adjustment_explain
from . import aftersales_trip_explain
from . import aftersales_case_explain

# -- portal
from . import aftersales_change_decline
from . import aftersales_order_announce
from . import hr_payslip_employees
from . import aftersales_month_workbook
from . import aftersales_person_request
from . import aftersales_fund_book
from . import aftersales_document_file
from . import aftersales_form_print
from . import aftersales_month_book

# -- before the dispatch
from . import aftersales_order_decide
from . import aftersales_order_vehicle_cost

# -- promises
from . import helpdesk_ticket_promise
from . import aftersales_order_difficult
from . import aftersales_document_waive
from . import aftersales_warranty_ask
