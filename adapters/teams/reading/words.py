"""Reads what people write in Teams: words, edited words, and words taken back.

Shapes: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages, …/channel-messages,
…/update-and-delete-bot-messages, and …/agents-in-teams/targeted-messages for what is said to the bot alone.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from adapters.teams.reading import places
from adapters.teams.reading.activity import Activity, Malformed
from adapters.teams.reading.markup import Written, names_bot, written
from bot.events import Event, How
from bot.understanding import keys_in

_FILE = "application/vnd.microsoft.teams.file.download.info"
_FEW = 2  # items named in passing that are shown; with more of them the words are a list of their own
_COMMAND = "/bmm"  # how every command is written in help


def said(told: Activity, now: datetime) -> Event | None:
    """New words, where they are for the bot; None for its own and other bots'. Raises Malformed."""
    if not is_person(told):
        return None
    words = written(told.text, told.html, told.entities, told.recipient.id)
    typed = _typed(words.text)
    how: How | None = "command" if told.recipient.is_targeted or typed is not None else _how(told, words)
    if how is None:
        return None
    text = words.text if typed is None else typed
    if how == "command":
        return Event(
            key_of(told), how, now, places.place(told, _thread(told)), places.account(told), text, unproven=True
        )
    return _about(told, how, now, words, text=text)


def edited(told: Activity, now: datetime) -> Event | None:
    """Words that their author has changed. Raises Malformed."""
    if not is_person(told) or told.channel_data.event_type not in ("editMessage", ""):
        return None
    words = written(told.text, told.html, told.entities, told.recipient.id)
    named = names_bot(told.entities, told.recipient.id)
    when = told.timestamp.isoformat() if told.timestamp else ""
    change = hashlib.blake2b(f"{when}{words.text}".encode(errors="replace"), digest_size=8).hexdigest()
    return _about(told, "edited", now, words, change, text=words.text, named=named)


def deleted(told: Activity, now: datetime) -> Event | None:
    """Words taken back; what is deleted and brought back again is as it was. Raises Malformed."""
    if not is_person(told) or told.channel_data.event_type not in ("softDeleteMessage", ""):
        return None
    return _about(told, "deleted", now, Written(""), "deleted")


def is_person(told: Activity) -> bool:
    """Whether somebody did this, and no bot."""
    return told.sender.id not in ("", told.recipient.id) and not told.sender.id.startswith("28:")


def key_of(told: Activity) -> str:
    """The identity of an activity, of words that of their message. Raises Malformed."""
    if not told.id:
        raise Malformed("id")
    at = told.sender.id if told.kind == "personal" else told.channel
    return f"{places.tenant(told.tenant_id)}:{at}:{told.id}"


def _how(told: Activity, words: Written) -> How | None:
    """The road of new words; None where they are not for the bot."""
    if told.kind == "personal":
        return "direct"
    if names_bot(told.entities, told.recipient.id):
        return "mention"
    if _thread(told) or words.answers:
        return "reply"
    return "overheard" if 0 < len(keys_in(words.text)) <= _FEW else None


def _typed(text: str) -> str | None:
    """What stands after `/bmm`, where somebody writes a command as help shows it."""
    first, _, rest = text.partition(" ")
    return rest.strip() if first.casefold() == _COMMAND else None


def _thread(told: Activity) -> str:
    """The message that the thread hangs on, empty where this is in none, or the one that it hangs on."""
    return "" if told.root == told.id else told.root


def _about(told: Activity, how: How, now: datetime, words: Written, change: str = "", **more: Any) -> Event:
    key, thread = key_of(told), _thread(told) or words.answers
    where = places.place(told, thread)
    link = places.address(where.tenant, where.channel, told.id, where.thread or "")
    at = told.timestamp.astimezone(UTC) if told.timestamp and told.timestamp.tzinfo and not change else now
    return Event(
        key=f"{key}:{change}" if change else key,
        how=how,
        at=at,
        place=where,
        actor=places.account(told),
        message=told.id,
        link=link if where.kind != "personal" else "",
        files=_files(told),
        unproven=True,
        **more,
    )


def _files(told: Activity) -> tuple[str, ...]:
    """Links to the files that hang on a message."""
    links = (each.content_url for each in told.attachments if each.content_type == _FILE)
    return tuple(link for link in links if link.startswith("https://"))
