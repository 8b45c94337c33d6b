from . import aftersales_margin_report
