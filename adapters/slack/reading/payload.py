"""What Slack sends, as it comes: a body becomes a payload, and what is taken out of it has the shape it should have."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

Payload = dict[str, Any]

_INTERACTION = b"payload="
_PUNCTUATION = [(b"%%%02X" % ord(sign), sign.encode()) for sign in '"{}:,[]/']
_ID = re.compile(r"[\w.:-]{1,255}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,10}\.[0-9]{1,6}", re.ASCII)


class Malformed(ValueError):
    """This is not what Slack sends."""


def body(raw: bytes, content_type: str) -> Payload:
    """The payload of a request: JSON of an event, fields of a command, or the JSON in a form. Raises Malformed."""
    try:
        if content_type == "application/json":
            loaded = json.loads(raw)
        elif raw.startswith(_INTERACTION) and b"&" not in raw:
            loaded = json.loads(_unquoted(raw[len(_INTERACTION) :]))
        else:
            fields = dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=100))
            loaded = json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError) as error:
        raise Malformed("unreadable") from error
    if not isinstance(loaded, dict) or not loaded:
        raise Malformed("no object")
    return loaded


def inner(payload: Payload, name: str) -> Payload:
    """The object under `name`. Raises Malformed."""
    found = payload.get(name)
    if not isinstance(found, dict):
        raise Malformed(name)
    return found


def text_of(payload: Payload, name: str) -> str:
    """The text under `name`, empty where there is none. Raises Malformed."""
    found = payload.get(name) or ""
    if not isinstance(found, str):
        raise Malformed(name)
    return found


def id_of(payload: Payload, name: str) -> str:
    """The id under `name`: of a team, channel, user, view, trigger. Raises Malformed."""
    found = payload.get(name)
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Malformed(name)
    return found


def stamp_of(payload: Payload, name: str) -> str:
    """The time under `name` by which Slack knows a message, as `1700000000.000100`. Raises Malformed."""
    found = payload.get(name)
    if not is_stamp(found):
        raise Malformed(name)
    return str(found)


def is_stamp(thing: object) -> bool:
    """Whether this is such a time."""
    return isinstance(thing, str) and _STAMP.fullmatch(thing) is not None


def _unquoted(raw: bytes) -> bytes:
    """Percent-encoding undone: first the punctuation of JSON, nearly all of it, at a third of the usual price."""
    raw = raw.replace(b"+", b" ")
    for escaped, sign in _PUNCTUATION:  # none makes a new escape, since neither `%` nor a digit is among them
        raw = raw.replace(escaped, sign)
    return unquote_to_bytes(raw)
