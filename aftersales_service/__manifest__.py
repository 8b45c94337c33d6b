# The files of one area stand together; within an area: security, data, reports, views.
{
    "name": "After-Sales Service",
    "summary": "Hotline, dispatch, parts, call-backs and technicians' pay in one loop",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/After-Sales",
    "author": "After-Sales Service Contributors",
    "website": "https://github.com/aftersales-service/aftersales-service",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "stock",
        "hr",
        "hr_holidays",
        "hr_skills",
        "portal",
        "rating",
        "base_geolocalize",
        "helpdesk_mgmt",
        "payroll",
    ],
    "data": [
        # house
        "security/aftersales_service_groups.xml",
        "security/core/ir.model.access.csv",
        "security/aftersales_core_security.xml",
        "data/ir_sequence_data.xml",
        "data/aftersales_core_data.xml",
        "views/aftersales_service_menus.xml",
        "views/aftersales_audit_views.xml",
        "views/aftersales_audit_seal_views.xml",
        # register and rules
        "security/register/ir.model.access.csv",
        "security/aftersales_register_security.xml",
        "data/aftersales_checklist_data.xml",
        "data/aftersales_code_data.xml",
        "data/aftersales_policy_data.xml",
        # desk
        "security/desk/ir.model.access.csv",
        # field work
        "security/field/ir.model.access.csv",
        "security/aftersales_field_security.xml",
        "data/mail_activity_type_field.xml",
        # parts
        "security/parts/ir.model.access.csv",
        # pay
        "security/pay/ir.model.access.csv",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/res_users_demo.xml",
        "demo/res.partner.csv",
        "demo/res_users_portal_demo.xml",
        "demo/hr_employee_demo.xml",
        "demo/aftersales_territory_demo.xml",
        "demo/product_equipment_demo.xml",
        "demo/product_part_demo.xml",
        "demo/aftersales.site.csv",
        "demo/aftersales.equipment.csv",
        "demo/aftersales_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [],
        "web.assets_tests": [
            "aftersales_service/static/tests/tours/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
}
