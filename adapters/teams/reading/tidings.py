"""Reads what Teams tells of the world around words: bmm comes and goes, channels and teams change.

Shapes: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.teams.reading import places
from adapters.teams.reading.activity import Activity
from adapters.teams.reading.words import is_person
from bot.events import Event, Place
from bot.views import PersonLeft, PlaceClosed, PlaceJoined, PlaceOpened, PlaceRenamed
from bot.wire import pack

Channels = tuple[str, ...]  # the channels of a team that we know


def installed(told: Activity, now: datetime, known: Channels) -> list[Event]:
    """bmm was added somewhere, or taken away; a newer version of its package is neither.

    In a team the channel that whoever added it has chosen gets the first words. In somebody's own chat it stays quiet:
    administrators add it for thousands at once.
    """
    if told.kind == "personal":
        return []
    match told.action:
        case "add":
            chosen = told.channel_data.settings.selected_channel.id
            return [_tiding(PlaceJoined(), told, now, _where(told, chosen), by=True)]
        case "remove" | "remove-upgrade":  # the latter: a newer version of the package is without us
            return _everywhere(PlaceClosed(), told, now, known)
        case _:
            return []


def changed(told: Activity, now: datetime, known: Channels) -> list[Event]:
    """Who is in a conversation, what a channel is called, what became of it or of its team."""
    if told.channel_data.event_type in _OF_CHANNELS:
        return [_OF_CHANNELS[told.channel_data.event_type](told, now)]
    if told.channel_data.event_type in _OF_TEAMS:
        return _OF_TEAMS[told.channel_data.event_type](told, now, known)
    return _members(told, now, known)


def _members(told: Activity, now: datetime, known: Channels) -> list[Event]:
    """Others come and go. That we were added to a team is told by the installation as well, which says where to."""
    bot = told.recipient.id
    if told.kind == "personal":
        return []
    if any(each.id == bot for each in told.members_removed):
        only = told.channel_data.event_type == "channelMemberRemoved"  # from a shared or private channel alone
        return [_closed(told, now)] if only else _everywhere(PlaceClosed(), told, now, known)
    gone = [each.id for each in told.members_removed if each.id.startswith("29:")]
    if gone:
        here = (_where(told).channel,) if told.kind == "group" or _is_own_channel(told) else known
        return [_left(told, now, places.channel(told, at), user) for at in here for user in gone]
    if any(each.id == bot for each in told.members_added) and (told.kind == "group" or _is_own_channel(told)):
        return [_tiding(PlaceJoined(), told, now, _where(told), by=True)]
    return []


def _left(told: Activity, now: datetime, at: Place, user: str) -> Event:
    event = _tiding(PersonLeft(user), told, now, at)
    return replace(event, key=f"{event.key}:{user}")


def _is_own_channel(told: Activity) -> bool:
    """Whether this is of a channel to which we have to be added by itself: a shared or private one."""
    return told.channel_data.channel.id not in ("", told.channel_data.team.id)


def _renamed(told: Activity, now: datetime) -> Event:
    return _tiding(PlaceRenamed(told.channel_data.channel.name), told, now, _where(told))


def _closed(told: Activity, now: datetime) -> Event:
    return _tiding(PlaceClosed(), told, now, _where(told))


def _opened(told: Activity, now: datetime) -> Event:
    return _tiding(PlaceOpened(), told, now, _where(told))


def _team_renamed(told: Activity, now: datetime, _known: Channels) -> list[Event]:
    """The channel that every team has is called as the team."""
    team = told.channel_data.team
    return [_tiding(PlaceRenamed(team.name), told, now, places.channel(told, team.id))] if team.name else []


def _team_closed(told: Activity, now: datetime, known: Channels) -> list[Event]:
    return _everywhere(PlaceClosed(), told, now, known)


def _team_opened(told: Activity, now: datetime, known: Channels) -> list[Event]:
    return _everywhere(PlaceOpened(), told, now, known)


_OF_CHANNELS: dict[str, Callable[[Activity, datetime], Event]] = {
    "channelRenamed": _renamed,
    "channelDeleted": _closed,
    "channelRestored": _opened,
}
_OF_TEAMS: dict[str, Callable[[Activity, datetime, Channels], list[Event]]] = {
    "teamRenamed": _team_renamed,
    "teamArchived": _team_closed,
    "teamDeleted": _team_closed,
    "teamHardDeleted": _team_closed,
    "teamUnarchived": _team_opened,
    "teamRestored": _team_opened,
}


def _everywhere(intent: Any, told: Activity, now: datetime, known: Channels) -> list[Event]:
    """What holds for a group's chat, or for every channel of a team that we know."""
    if told.kind == "group":
        return [_tiding(intent, told, now, places.place(told))]
    return [_tiding(intent, told, now, places.channel(told, each)) for each in known]


def _where(told: Activity, channel: str = "") -> Place:
    """The channel that is named, or else the one that this team has by itself; a group's chat has none."""
    if told.kind == "group":
        return places.place(told)
    data = told.channel_data
    return places.channel(told, channel or data.channel.id or data.team.id or told.channel)


def _tiding(intent: Any, told: Activity, now: datetime, at: Place, *, by: bool = False) -> Event:
    when = f"{told.timestamp:%Y%m%d%H%M%S%f}" if told.timestamp else ""
    what = told.channel_data.event_type or told.action or told.type
    key = f"{at.tenant}:{at.channel}:{told.id or when}:{what}"
    actor = places.account(told) if by and is_person(told) else None
    return Event(key, "told", now, at, actor, intent=pack(intent), unproven=True)
