{
    "name": "After-Sales Service Depot Repair",
    "summary": "A unit taken in from a service order becomes a repair order",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/After-Sales",
    "author": "After-Sales Service Contributors",
    "website": "https://github.com/aftersales-service/aftersales-service",
    "license": "AGPL-3",
    "auto_install": True,
    "depends": ["aftersales_service", "repair"],
    "data": ["views/aftersales_order_views.xml", "views/repair_order_views.xml"],
}
