"""What may stand on a timeline."""

WORK = [
    ("repair", "Repair"),
    ("inspection", "Inspection"),
    ("maintenance", "Maintenance"),
    ("installation", "Installation"),
    ("visit", "Customer Visit"),
    ("rework", "Rework"),
]
FILE_EVENTS = [
    ("site_active", "Site Put into Service"),
    ("site_suspended", "Site Suspended"),
    ("site_closed", "Site Closed"),
    ("site_handed_over", "Site Handed Over"),
    ("site_log_book", "Log Book Handed Over"),
    ("site_archived", "File Archived"),
    ("site_restored", "File Restored"),
]
KINDS = [
    *WORK,
    ("ticket", "Ticket"),
    ("call", "Call"),
    ("callback", "Call-Back"),
    ("part", "Part Changed"),
    ("paper", "Paper Filed"),
    ("check", "Spot Check"),
    ("file", "Site File"),
    *FILE_EVENTS,
    ("warranty", "Warranty Decided"),
    ("shipped", "Shipped"),
    ("placed", "Put into Service"),
    ("depot", "Came to the Depot"),
    ("moved", "Moved"),
    ("owner", "Changed Hands"),
    ("parent", "Built into Another Unit"),
    ("software", "Software Changed"),
    ("replaced", "Replaced"),
    ("successor", "Took Another Unit's Place"),
    ("retired", "Retired"),
]
