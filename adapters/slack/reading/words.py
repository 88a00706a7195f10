"""Reads what people write on Slack: words, edited words, and words taken back.

Shapes: docs.slack.dev/reference/events/app_mention, …/message.channels, .groups, .im and .mpim, and the subtypes
…/message/message_changed, message_deleted, file_share and thread_broadcast.
"""

import re
from datetime import UTC, datetime
from typing import Any

from adapters.slack.escapes import read
from adapters.slack.reading.payload import Payload, id_of, inner, stamp_of, text_of
from adapters.slack.reading.places import PLATFORM, address, kind_of, place, tenant
from adapters.slack.reading.teams import Here, is_outside, is_unproven, team_of
from bot.events import Account, Event, Quoted
from bot.understanding import keys_in

_SAID = ("", "file_share", "thread_broadcast")  # subtypes of messages that people write
_FEW = 2  # items named in passing that are shown; with more of them the words are a list of their own


def words(payload: Payload, said: Payload, here: Here) -> Event | None:
    """What somebody wrote, edited or took back, where it is for the bot. Raises Malformed."""
    match said.get("subtype") if said.get("type") == "message" else "":
        case "message_changed":
            return _changed(payload, said, here)
        case "message_deleted":
            return _deleted(payload, said, here)
        case _:
            return _new(payload, said, here)


def _new(payload: Payload, said: Payload, here: Here) -> Event | None:
    """New words. A mention that is edited comes as a mention again, and says so."""
    if not _by_a_person(said, here):
        return None
    if said.get("edited"):
        return _edited(payload, said, said, here) if said.get("type") == "app_mention" else None
    how = _how(said, here)
    return _about(payload, said, said, here, how, text=read(text_of(said, "text"), here.bot)) if how else None


def quoted(message: Payload, channel: str, bot: str) -> Quoted:
    """A message that something else is about, as Slack gives it whole. Raises Malformed."""
    stamp, thread = stamp_of(message, "ts"), thread_of(message)
    author = "" if message.get("bot_id") else text_of(message, "user")
    text = read(text_of(message, "text"), bot) or "\n".join(_attached(message))
    return Quoted(stamp, text, author, address(channel, stamp), files_of(message), thread or "")


def thread_of(said: Payload) -> str | None:
    """The message that the thread hangs on, or None where this is in none, or the one that it hangs on."""
    thread = stamp_of(said, "thread_ts") if said.get("thread_ts") else None
    return None if thread == said.get("ts") else thread


def files_of(said: Payload) -> tuple[str, ...]:
    """Links to the files that hang on a message. A file of another organisation may come without one."""
    given = said.get("files")
    links = [each.get("permalink") for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    return tuple(link for link in links if isinstance(link, str) and link.startswith("https://"))


def _by_a_person(said: Payload, here: Here) -> bool:
    """Whether somebody wrote this: not a bot, and not a notice of Slack's."""
    if said.get("bot_id") or said.get("bot_profile") or said.get("hidden"):
        return False
    return (said.get("subtype") or "") in _SAID and said.get("user") not in (None, here.bot, "USLACKBOT")


def _how(said: Payload, here: Here) -> str:
    """The road of new words; empty where they are not for the bot."""
    text, channel = text_of(said, "text"), id_of(said, "channel")
    if said.get("channel_type") == "im" or channel.startswith("D"):
        return "direct"
    if said.get("type") == "app_mention" or _names(text, here):
        return "mention"
    if thread_of(said):
        return "reply"
    return "overheard" if 0 < len(keys_in(read(text))) <= _FEW else ""


def _names(text: str, here: Here) -> bool:
    return bool(here.bot) and re.search(rf"<@{re.escape(here.bot)}[|>]", text) is not None


def _changed(payload: Payload, said: Payload, here: Here) -> Event | None:
    """Words that their author has changed; a link that was unfurled and a language that was found change none."""
    now = inner(said, "message")
    before = said.get("previous_message")
    if now.get("subtype") == "tombstone":  # what is left of a message that has answers
        return _taken_back(payload, said, here, stamp_of(now, "ts"))
    if not now.get("edited") or not _by_a_person(now, here):
        return None
    if isinstance(before, dict) and text_of(before, "text") == text_of(now, "text"):
        return None
    return _edited(payload, said, now, here)


def _edited(payload: Payload, said: Payload, now: Payload, here: Here) -> Event:
    """A mention that is edited is told twice as well: the time of the edit makes both the same."""
    text, edit = text_of(now, "text"), stamp_of(inner(now, "edited"), "ts")
    named = said.get("type") == "app_mention" or _names(text, here)
    return _about(payload, said, now, here, "edited", edit, text=read(text, here.bot), named=named)


def _deleted(payload: Payload, said: Payload, here: Here) -> Event | None:
    return _taken_back(payload, said, here, stamp_of(said, "deleted_ts"))


def _taken_back(payload: Payload, said: Payload, here: Here, stamp: str) -> Event | None:
    before = said.get("previous_message")
    gone = before if isinstance(before, dict) else {}
    if gone and not _by_a_person(gone | {"hidden": False}, here):
        return None
    return _about(payload, said, gone | {"ts": stamp}, here, "deleted", "deleted")


def _about(
    payload: Payload, said: Payload, message: Payload, here: Here, how: Any, change: str = "", **more: Any
) -> Event:
    """An event about `message`, which `said` tells of; `change` tells one change of a message from the others."""
    channel, stamp = id_of(said, "channel"), stamp_of(message, "ts")
    key = f"{PLATFORM}:{here.team}:{channel}:{stamp}"
    at = stamp_of(said, "ts") if change == "deleted" else change or stamp
    return Event(
        key=f"{key}:{change}" if change else key,
        how=how,
        at=datetime.fromtimestamp(float(at), UTC),
        place=place(here.team, channel, thread_of(message), kind=kind_of(said)),
        actor=Account(PLATFORM, tenant(here.team), id_of(message, "user")) if message.get("user") else None,
        message=stamp,
        link=address(channel, stamp),
        files=files_of(message),
        outsider=is_outside(team_of(message), here, payload),
        unproven=is_unproven(team_of(message), here, payload),
        **more,
    )


def _attached(message: Payload) -> list[str]:
    """The words of a message that consists of attachments, as those of many bots do."""
    given = message.get("attachments")
    objects = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    titled = (each.get(name) for each in objects for name in ("title", "text"))
    told = [read(text) for text in titled if isinstance(text, str) and text]
    return told or [read(text) for each in objects if isinstance(text := each.get("fallback"), str)]
