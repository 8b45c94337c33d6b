from . import calendar_feed
from . import document
from . import helpdesk_ticket
from . import ticket_list
from . import service_portal
from . import service_acts
from . import service_report
from . import import_template
