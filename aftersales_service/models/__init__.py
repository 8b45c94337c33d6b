# -- mixins
from . import aftersales_guard_mixin
from . import aftersales_state_mixin
from . import aftersales_frozen_mixin
from . import aftersales_append_mixin
from . import aftersales_number_mixin
from . import aftersales_fact_mixin
from . import aftersales_watch_mixin
from . import aftersales_request
from . import aftersales_audit
from . import aftersales_audit_seal
from . import aftersales_audit_head
from . import aftersales_integrity
from . import aftersales_integrity_parts
from . import aftersales_integrity_pay

# -- register and rules
from . import res_company
from . import res_company_phone
from . import res_users
from . import res_company_people
from . import res_partner
from . import product_template
from . import aftersales_code
from . import aftersales_checklist
from . import aftersales_checklist_item
from . import aftersales_policy
from . import aftersales_policy_line_mixin
from . import aftersales_policy_milestone
from . import aftersales_policy_callback
from . import aftersales_policy_escalation
from . import aftersales_territory
from . import aftersales_site
from . import aftersales_site_links
from . import aftersales_equipment
from . import aftersales_equipment_warranty
from . import aftersales_equipment_today
from . import aftersales_equipment_links
from . import aftersales_warranty_check
from . import aftersales_warranty_test
from . import aftersales_part_fit
from . import aftersales_part_stock
from . import stock_lot
from . import stock_move_installed_base
from . import res_config_settings
from . import res_config_settings_phone

# -- desk
from . import res_company_working_time
from . import mail_activity
from . import helpdesk_ticket_stage
from . import helpdesk_ticket
from . import helpdesk_ticket_service
from . import helpdesk_ticket_clock
from . import aftersales_call
from . import aftersales_call_lookup
from . import aftersales_commitment
from . import aftersales_commitment_clock
from . import aftersales_commitment_move
from . import aftersales_commitment_terms
from . import aftersales_commitment_watch
from . import aftersales_commitment_escalate
from . import aftersales_commitment_except
from . import aftersales_deputy
from . import aftersales_callback
from . import aftersales_callback_plan
from . import aftersales_callback_deputy
from . import aftersales_callback_record
from . import aftersales_callback_attempt

# -- field work
from . import aftersales_order
from . import aftersales_order_rights
from . import aftersales_order_unit
from . import aftersales_order_worker
from . import aftersales_order_worker_facts
from . import aftersales_order_summary
from . import aftersales_order_missing
from . import aftersales_order_planning
from . import aftersales_order_facts
from . import aftersales_order_sign
from . import aftersales_order_links
from . import aftersales_order_windows
from . import aftersales_order_report
from . import aftersales_check
from . import aftersales_checklist_answer
from . import aftersales_order_kit
from . import res_company_visit
from . import aftersales_policy_visit
from . import aftersales_order_attempt
from . import aftersales_order_appraise
from . import aftersales_order_sheet
from . import aftersales_order_outcome
from . import aftersales_order_incident
from . import aftersales_order_start
from . import aftersales_order_file
from . import aftersales_order_visit_windows
from . import aftersales_commitment_pause
from . import aftersales_callback_remedy
from . import aftersales_phone_log
from . import aftersales_gift_report
from . import aftersales_day_report
from . import aftersales_attendance
from . import aftersales_trip
from . import aftersales_trip_pay
from . import aftersales_trip_line

# -- register, on top of field work
from . import aftersales_service_history

# -- portal
from . import res_company_portal
from . import res_config_settings_portal
from . import aftersales_policy_portal
from . import aftersales_link
from . import aftersales_throttle
from . import aftersales_change
from . import aftersales_order_portal
from . import aftersales_order_customer
from . import aftersales_equipment_portal
from . import helpdesk_ticket_portal

# -- parts
from . import aftersales_approval_tier
from . import aftersales_approval
from . import aftersales_alloc
from . import ir_attachment
from . import ir_sequence
from . import stock_location
from . import aftersales_claim
from . import aftersales_claim_submit
from . import aftersales_claim_approve
from . import aftersales_claim_deputy
from . import aftersales_claim_issue
from . import aftersales_claim_line
from . import aftersales_claim_line_custody
from . import aftersales_claim_line_balance
from . import aftersales_equipment_parts
from . import stock_move
from . import stock_move_claim
from . import stock_move_line
from . import stock_picking
from . import stock_warehouse

# -- the technician's phone
from . import aftersales_order_place
from . import aftersales_order_phone
from . import aftersales_order_day
from . import aftersales_order_day_parts
from . import aftersales_order_calendar

# -- pay
from . import hr_employee
from . import aftersales_pay_rule
from . import aftersales_pay_rate
from . import aftersales_pay_turn
from . import aftersales_pay_bracket
from . import aftersales_adjustment
from . import aftersales_adjustment_propose
from . import aftersales_adjustment_withdraw
from . import aftersales_adjustment_flow
from . import aftersales_adjustment_appeal
from . import aftersales_adjustment_ladder
from . import aftersales_adjustment_ledger
from . import aftersales_adjustment_month
from . import aftersales_settlement
from . import hr_payslip_input
from . import hr_payslip_line
from . import hr_payroll_structure
from . import hr_payslip
from . import hr_payslip_reserve
from . import hr_payslip_sheet
from . import hr_payslip_clip
from . import hr_payslip_once
from . import hr_payslip_post
from . import hr_payslip_statement

# -- responsibility
from . import res_company_case
from . import aftersales_case
from . import aftersales_case_share
from . import aftersales_case_sanction
from . import aftersales_case_windows
from . import aftersales_case_open
from . import aftersales_case_flow
from . import aftersales_case_money
from . import aftersales_claim_case
