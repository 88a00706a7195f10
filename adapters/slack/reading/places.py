"""Where something happened on Slack: a place of the core's, a link to a message, and a form's way back."""

import json
from typing import Any

from adapters.slack.reading.payload import Malformed, Payload, text_of
from bot.cleaning import clean
from bot.events import Event, Place

PLATFORM = "slack"

_UNNAMED = ("directmessage", "privategroup", "mpdm-")  # what stands for a channel's name where it has none to show
_KINDS = {"im": "personal", "mpim": "group"}  # by Slack's channel_type; every other one is a channel


def tenant(team: str) -> str:
    """The core's name of a workspace."""
    return f"{PLATFORM}:{team}"


def address(channel: str, stamp: str) -> str:
    """A link to a message."""
    return f"https://slack.com/archives/{channel}/p{stamp.replace('.', '')}" if stamp else ""


def place(team: str, channel: str, thread: str | None = None, name: str = "", kind: str = "") -> Place:
    """A place of a workspace; its kind is `kind`, or as the channel's id or name tells."""
    known: Any = kind or ("personal" if channel.startswith("D") else "group" if name.startswith("mpdm-") else "channel")
    hidden = name.startswith(_UNNAMED)
    private = known == "group" or name == "privategroup"
    return Place(PLATFORM, tenant(team), channel, thread, known, "" if hidden else clean(name), private)


def kind_of(said: Payload) -> str:
    """The kind of place that an event tells, or an empty text. A mention tells none."""
    return _KINDS.get(text_of(said, "channel_type"), "")


# --- the way back of a form: what is submitted, or pressed in it, names no channel


def origin(event: Event) -> dict[str, str]:
    """Where a view was opened from, as it travels in its `private_metadata`; a home needs no more than its `w`.

    `w` is the workspace, because Slack's own fields may name another one where a channel or an organisation is shared.
    """
    at = event.place
    told = "" if event.answer.startswith("view:") else event.answer
    kept = {"c": at.channel, "t": at.thread or "", "n": at.name, "m": event.message, "a": told}
    kept["k"] = "" if at.kind == place("", at.channel, name=at.name).kind else at.kind
    kept["w"] = at.tenant.removeprefix(f"{PLATFORM}:")
    return {name: value for name, value in kept.items() if value}


def metadata(view: Payload) -> dict[str, str]:
    """What we put into a view; nothing where there is nothing in it. Raises Malformed."""
    text = text_of(view, "private_metadata")
    try:
        kept = json.loads(text) if text else {}
        return {str(name): str(value) for name, value in kept.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise Malformed("private_metadata") from error


def returned(team: str, kept: dict[str, str], user: str) -> Place:
    """The place that a view was opened from; the person's own chat where it does not say."""
    if not kept.get("c"):
        return place(team, user, kind="personal")
    kind = kept.get("k", "") if kept.get("k") in ("channel", "group", "personal", "home") else ""
    return place(team, kept["c"], kept.get("t"), kept.get("n", ""), kind)
