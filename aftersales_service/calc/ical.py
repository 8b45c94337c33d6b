"""Calendar files for subscriptions (RFC 5545), without the ORM.

Lines end in CR LF and are folded at 75 bytes; text is escaped.
"""

LINE_BYTES = 75


def escape(text):
    r"""Return a text as a calendar value.

    >>> escape("Valve, oil; 2\\3\nsecond line")
    'Valve\\, oil\\; 2\\\\3\\nsecond line'
    """
    text = (text or "").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def fold(line):
    r"""Return a line cut into pieces of at most 75 bytes, never inside a letter.

    >>> fold("SUMMARY:short")
    'SUMMARY:short'
    >>> [len(part.encode()) for part in fold("X:" + "阀" * 60).split("\r\n")]
    [74, 73, 37]
    """
    pieces, piece, limit = [], "", LINE_BYTES
    for letter in line:
        if len((piece + letter).encode()) > limit:
            pieces.append(piece)
            piece, limit = "", LINE_BYTES - 1  # the blank that continues a line
        piece += letter
    return "\r\n ".join([*pieces, piece])


def stamp(moment):
    """Return a naive UTC time as a calendar writes it.

    >>> import datetime
    >>> stamp(datetime.datetime(2026, 3, 2, 1, 0))
    '20260302T010000Z'
    """
    return moment.strftime("%Y%m%dT%H%M%SZ")


def calendar(name, events):
    r"""Return a whole calendar as text.

    :param str name: shown by the calendar program
    :param events: dicts of ``uid, start, end, changed`` (naive UTC), ``summary,
        location, description, status``

    >>> calendar("My Day", []).split("\r\n")[3:]
    ['X-WR-CALNAME:My Day', 'END:VCALENDAR', '']
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//aftersales_service//EN",
        f"X-WR-CALNAME:{escape(name)}",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event['uid']}",
            f"DTSTAMP:{stamp(event['changed'])}",
            f"DTSTART:{stamp(event['start'])}",
            f"DTEND:{stamp(event['end'])}",
            f"SUMMARY:{escape(event['summary'])}",
            f"LOCATION:{escape(event['location'])}",
            f"DESCRIPTION:{escape(event['description'])}",
            f"STATUS:{event['status']}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)
