"""Reads what Slack tells of the world around words: reactions, links, homes opened, and what becomes of channels.

Shapes: docs.slack.dev/reference/events/<name> of every name in this file.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from adapters.slack.reading.payload import Malformed, Payload, id_of, inner, is_stamp, stamp_of, text_of
from adapters.slack.reading.places import PLATFORM, address, place, tenant
from adapters.slack.reading.teams import Here, is_unproven
from adapters.slack.reading.words import thread_of
from bot.cleaning import clean
from bot.events import Account, Event, Place
from bot.views import PlaceClosed, PlaceJoined, PlaceMoved, PlaceOpened, PlaceRenamed
from bot.wire import pack

_OURS = re.compile(r".*/items/[A-Za-z]{2,5}-[0-9]{1,9}/?", re.ASCII)  # the path of a link to an item
_POSTED = "conversations_history"  # a link in a message; another source is a link in somebody's composer


def told(payload: Payload, said: Payload, here: Here, now: datetime) -> Event | None:
    """What such an event means for the bot, or None. Raises Malformed."""
    read = _READERS.get(str(said.get("type")))
    return read(payload, said, here, now) if read else None


def _reaction(payload: Payload, said: Payload, here: Here, now: datetime) -> Event | None:
    """An emoji on a message; the skin tone that somebody prefers is left out."""
    item = inner(said, "item")
    if item.get("type") != "message" or said.get("user") in (here.bot, "USLACKBOT"):
        return None
    channel, stamp = id_of(item, "channel"), stamp_of(item, "ts")
    emoji, actor = clean(text_of(said, "reaction")).partition("::")[0], _somebody(said, "user", here)
    if not emoji or actor is None:
        raise Malformed("reaction")
    key = f"{PLATFORM}:{here.team}:{channel}:{stamp}+{emoji}:{actor.user}"
    at = _moment(payload, said, now)
    link, unproven = address(channel, stamp), is_unproven("", here, payload)
    where = place(here.team, channel)
    return Event(key, "reaction", at, where, actor, emoji, message=stamp, link=link, unproven=unproven)


def _links(payload: Payload, said: Payload, here: Here, now: datetime) -> Event | None:
    """Links to items of ours in a message."""
    if text_of(said, "source") not in ("", _POSTED) or said.get("user") == here.bot:
        return None
    given = said.get("links")
    urls = [text_of(each, "url") for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    ours = [clean(url) for url in urls if _is_ours(url)]
    if not ours:
        return None
    channel, stamp = id_of(said, "channel"), stamp_of(said, "message_ts")
    at = place(here.team, channel, thread_of({"ts": stamp, "thread_ts": said.get("thread_ts")}))
    actor, text = _somebody(said, "user", here), " ".join(dict.fromkeys(ours))
    about: dict[str, Any] = {"message": stamp, "link": address(channel, stamp)}
    about["unproven"] = is_unproven("", here, payload)
    return Event(_key(payload, here), "linked", _moment(payload, said, now), at, actor, text, **about)


def _is_ours(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and _OURS.fullmatch(parts.path) is not None


def _home(payload: Payload, said: Payload, here: Here, now: datetime) -> Event | None:
    """Somebody came to their home, where a view is published already or not."""
    if said.get("tab") != "home":
        return None
    at, actor = place(here.team, id_of(said, "user"), kind="home"), _somebody(said, "user", here)
    moment = _moment(payload, said, now)
    return Event(_key(payload, here), "opened", moment, at, actor, blank=not said.get("view"))


def _renamed(payload: Payload, said: Payload, here: Here, now: datetime) -> Event | None:
    channel = inner(said, "channel")
    name = clean(text_of(channel, "name"))
    if not name or channel.get("is_mpim") or name.startswith("mpdm-"):
        return None
    return _tiding(PlaceRenamed(name), payload, said, here, now, place(here.team, id_of(channel, "id"), name=name))


def _closed(payload: Payload, said: Payload, here: Here, now: datetime) -> Event:
    at = place(here.team, id_of(said, "channel"))
    return _tiding(PlaceClosed(), payload, said, here, now, at, "actor_id" if said.get("actor_id") else "user")


def _opened(payload: Payload, said: Payload, here: Here, now: datetime) -> Event:
    at = place(here.team, id_of(said, "channel"))
    return _tiding(PlaceOpened(), payload, said, here, now, at, "actor_id" if said.get("actor_id") else "user")


def _joined(payload: Payload, said: Payload, here: Here, now: datetime) -> Event | None:
    """We were invited, for the first time or again; others come and go."""
    if said.get("user") != here.bot:
        return None
    return _tiding(PlaceJoined(), payload, said, here, now, place(here.team, id_of(said, "channel")), "inviter")


def _moved(payload: Payload, said: Payload, here: Here, now: datetime) -> Event:
    """A private channel that becomes shared gets another id."""
    at = place(here.team, id_of(said, "old_channel_id"))
    return _tiding(PlaceMoved(id_of(said, "new_channel_id")), payload, said, here, now, at)


_READERS: dict[str, Callable[[Payload, Payload, Here, datetime], Event | None]] = {
    "reaction_added": _reaction,
    "link_shared": _links,
    "app_home_opened": _home,
    "channel_rename": _renamed,
    "group_rename": _renamed,
    "channel_archive": _closed,
    "group_archive": _closed,
    "channel_deleted": _closed,
    "group_deleted": _closed,
    "channel_left": _closed,
    "group_left": _closed,
    "channel_unarchive": _opened,
    "group_unarchive": _opened,
    "member_joined_channel": _joined,
    "channel_id_changed": _moved,
}


def _tiding(intent: Any, payload: Payload, said: Payload, here: Here, now: datetime, at: Place, by: str = "") -> Event:
    actor = _somebody(said, by, here) if by else None
    return Event(_key(payload, here), "told", _moment(payload, said, now), at, actor, intent=pack(intent))


def _somebody(said: Payload, name: str, here: Here) -> Account | None:
    """Whom the event names there, unless it is nobody, Slack's own bot or ours."""
    if said.get(name) in (None, "", here.bot, "USLACKBOT"):
        return None
    return Account(PLATFORM, tenant(here.team), id_of(said, name))


def _key(payload: Payload, here: Here) -> str:
    return f"{PLATFORM}:{here.team}:{id_of(payload, 'event_id')}"


def _moment(payload: Payload, said: Payload, now: datetime) -> datetime:
    """When it happened: some events tell it without a point, and some do not tell."""
    return datetime.fromtimestamp(float(stamp_of(said, "event_ts")), UTC) if is_stamp(said.get("event_ts")) else now
