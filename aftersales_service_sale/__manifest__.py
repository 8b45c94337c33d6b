{
    "name": "After-Sales Service Quotations",
    "summary": "Quotation and customer's approval of chargeable parts",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Services/After-Sales",
    "author": "After-Sales Service Contributors",
    "website": "https://github.com/aftersales-service/aftersales-service",
    "license": "AGPL-3",
    "auto_install": True,
    "depends": ["aftersales_service", "sale_stock", "sale_management"],
    "data": ["views/aftersales_claim_views.xml", "views/sale_order_views.xml"],
}
