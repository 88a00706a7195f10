"""The people and channels of the playground, and how its places are named."""

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.events import Account, Place

PLATFORM = "playground"
TENANT = "playground:play"
BOT = "bmm"
_HOME = "home:"


@dataclass(frozen=True)
class Player:
    """Somebody one can be; `zone` is an IANA name."""

    id: str
    name: str
    zone: str


@dataclass(frozen=True)
class Room:
    """A channel everybody is in."""

    id: str
    about: str


PEOPLE = {
    each.id: each
    for each in (
        Player("ada", "Ada Okafor", "Europe/London"),
        Player("ben", "Ben Lindqvist", "Europe/Stockholm"),
        Player("chloe", "Chloe Martin", "Europe/Paris"),
        Player("dmitri", "Dmitri Sokolov", "America/New_York"),
        Player("esi", "Esi Mensah", "Africa/Accra"),
    )
}

CHANNELS = {
    each.id: each
    for each in (
        Room("ops", "What keeps the lights on: asks, incidents and the daily walk of the board"),
        Room("facilities", "Doors, desks, badges and everything with a plug"),
        Room("product", "What we build next, and what we need to know first"),
    )
}


def account(user: str) -> Account:
    """The account of somebody here."""
    return Account(PLATFORM, TENANT, user)


def home(user: str) -> str:
    """The channel in which somebody's home stands."""
    return _HOME + user


def is_home(channel: str) -> bool:
    """Whether this is somebody's home."""
    return channel.startswith(_HOME)


def place(channel: str, thread: str = "") -> Place:
    """The place of a channel or thread. A talk with bmm alone has the user's id for a channel. KeyError for others."""
    if is_home(channel):
        user = channel.removeprefix(_HOME)
        return Place(PLATFORM, TENANT, user, None, "home", PEOPLE[user].name)
    if channel in PEOPLE:
        return Place(PLATFORM, TENANT, channel, thread or None, "personal", PEOPLE[channel].name)
    return Place(PLATFORM, TENANT, channel, thread or None, "channel", CHANNELS[channel].id)


def channel_of(place: Place) -> str:
    """The channel in which what is shown at a place stands."""
    return home(place.channel) if place.kind == "home" else place.channel


def may_talk(user: str, channel: str) -> bool:
    """Whether `user` may say something in `channel`."""
    return channel in CHANNELS or channel == user


def may_see(user: str, channel: str, to: str = "") -> bool:
    """Whether `user` sees what stands in `channel` for `to` (empty: everybody there)."""
    return (may_talk(user, channel) or channel == home(user)) and to in ("", user)


def address(channel: str, message: str) -> str:
    """A link within the playground to one message."""
    return "/?" + urlencode({"channel": channel, "message": message})
