{
    "name": "After-Sales Service Expenses",
    "summary": "Receipts of a trip reimbursed by expense report",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/After-Sales",
    "author": "After-Sales Service Contributors",
    "website": "https://github.com/aftersales-service/aftersales-service",
    "license": "AGPL-3",
    "auto_install": True,
    "depends": ["aftersales_service", "hr_expense"],
    "data": ["views/aftersales_trip_views.xml", "views/hr_expense_views.xml"],
}
