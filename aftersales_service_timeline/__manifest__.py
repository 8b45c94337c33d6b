{
    "name": "After-Sales Service Dispatch Board",
    "summary": "Drag service orders to another technician or hour",
    "version": "19.0.1.2.0",
    "development_status": "Beta",
    "category": "Services/After-Sales",
    "author": "After-Sales Service Contributors",
    "website": "https://github.com/aftersales-service/aftersales-service",
    "license": "AGPL-3",
    "auto_install": True,
    "depends": ["aftersales_service"],
    "data": ["views/aftersales_order_views.xml"],
    "assets": {
        "web.assets_backend": ["aftersales_service_timeline/static/src/**/*"],
        "web.assets_tests": ["aftersales_service_timeline/static/tests/tours/**/*"],
    },
}
