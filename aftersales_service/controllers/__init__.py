from . import calendar_feed
from . import helpdesk_ticket
from . import service_portal
