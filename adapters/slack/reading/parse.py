"""Reads what Slack sends, and says what of it is an event for the bot."""

from dataclasses import replace
from datetime import datetime

from adapters.slack.reading import interactions
from adapters.slack.reading.interactions import PART
from adapters.slack.reading.payload import Payload, inner
from adapters.slack.reading.places import PLATFORM, address, origin, tenant
from adapters.slack.reading.teams import Here, bot_of, heard_by
from adapters.slack.reading.tidings import told
from adapters.slack.reading.words import quoted, words
from bot.events import Event

__all__ = ["PART", "PLATFORM", "Here", "address", "event", "heard_by", "origin", "quoted", "tenant"]


def event(payload: Payload, here: Here, now: datetime) -> Event | None:
    """The event in a payload that was heard `here`, or None where it is not for the bot. Raises Malformed."""
    match payload.get("type"):
        case "event_callback":
            said, here = inner(payload, "event"), replace(here, bot=bot_of(payload, here.bot))
            is_word = said.get("type") in ("app_mention", "message")
            return words(payload, said, here) if is_word else told(payload, said, here, now)
        case "block_actions":
            return interactions.action(payload, here)
        case "message_action" | "shortcut":
            return interactions.shortcut(payload, here, now)
        case "view_submission":
            return interactions.submission(payload, here, now)
        case None if "command" in payload:
            return interactions.command(payload, here, now)
    return None
