"""A chain of hashes over facts: a change anywhere breaks every later link.

Pure Python, so that anybody can check an exported chain without this addon.
"""

import hashlib
import json


def clean_text(value):
    r"""Return a text the database can keep, whatever a client sent.

    >>> clean_text("a\x00b")
    'ab'
    >>> clean_text("caf\u00e9 \ud800")
    'café ?'
    """
    text = str(value).replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def clean(value):
    """Return ``value`` as JSON that is read back exactly as it was written.

    Numbers that JSON stores of PostgreSQL would rewrite become texts; so does
    everything that is no JSON at all (dates, decimals).

    >>> clean({"amount": 12.5, "big": 1e22, "zero": -0.0, 7: (1, True, None)})
    {'amount': 12.5, 'big': '1e+22', 'zero': 0.0, '7': [1, True, None]}
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        text = repr(value)
        return text if set(text) & set("ein") else value or 0.0
    if isinstance(value, dict):
        return {clean_text(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item) for item in value]
    return clean_text(value)


def canonical(content):
    """Return the one text that stands for ``content``.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"\\\\u00e9","b":1}'
    """
    return json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def link(previous, content):
    """Return the hash of a link: of the previous hash and its own content.

    >>> first = link("", {"event": "approved"})
    >>> first == link("", {"event": "approved"})
    True
    >>> link(first, {"event": "issued"}) == link("", {"event": "issued"})
    False
    """
    return hashlib.sha256(f"{previous}{canonical(content)}".encode()).hexdigest()


def first_break(rows, previous="", expected=1):
    """Return what is wrong with the first bad link, or None.

    :param rows: ``(sequence, previous_hash, hash, content)`` in order
    :param str previous: hash of the link before the first row
    :param int expected: sequence the first row must have
    :return: ``(sequence, reason)``, reason one of gap, previous, content

    >>> one = link("", "a")
    >>> first_break([(1, "", one, "a"), (2, one, link(one, "b"), "b")])
    >>> first_break([(1, "", one, "A")])
    (1, 'content')
    >>> first_break([(2, "", one, "a")])
    (1, 'gap')
    """
    for sequence, previous_hash, hash_, content in rows:
        if sequence != expected:
            return min(sequence, expected), "gap"
        if (previous_hash or "") != previous:
            return sequence, "previous"
        if hash_ != link(previous, content):
            return sequence, "content"
        previous, expected = hash_, sequence + 1
    return None
