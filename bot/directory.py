"""Who speaks and which board a place feeds; both are made at the first word."""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import available_timezones

from bot.board import Board, BoardLink, Channel, prefix_from
from bot.events import Account, Event, Place
from bot.ledger import Tenant
from bot.people import Human, Identity
from bot.ports import Ids, Profile, Query, Store
from bot.turn import channel_of

CLOCKWORK = Human("bmm", "", "bmm")  # who acts when a time comes
CLOSED = "place: closed"  # why a channel is paused of which the platform told so
_FROM_AFAR = ("command", "control", "form")  # what Slack takes in channels where bmm is not any more


def identity(account: Account) -> str:
    """The id of an account."""
    return f"{account.platform}|{account.tenant}|{account.user}"


def introduced(store: Store, actor: Account | None, profiles: Mapping[Account, Profile], ids: Ids) -> Human:
    """The person who speaks. They and whoever they name are entered when they are new."""
    people = {account: _person(store, account, profile, ids) for account, profile in profiles.items()}
    if actor is None:
        return CLOCKWORK
    return people.get(actor) or _person(store, actor, Profile(""), ids)


def _person(store: Store, account: Account, profile: Profile, ids: Ids) -> Human:
    known = store.get(Identity, identity(account))
    person = store.get(Human, known.person) if known else None
    if person is not None:
        return _renamed(store, person, account, profile)
    person = Human(ids(), account.tenant, profile.name or account.user, _zone(profile.zone), profile.outsider)
    store.add(person)
    store.add(Identity(identity(account), account.tenant, person.id, profile.bot))
    return person


def _renamed(store: Store, person: Human, account: Account, profile: Profile) -> Human:
    """What a platform did not say of somebody at their first word is entered as soon as it does."""
    if not profile.name:
        return person
    name = profile.name if person.name == account.user else person.name
    after = replace(person, name=name, zone=person.zone or _zone(profile.zone), outsider=profile.outsider)
    if after != person:
        store.put(after)
    return after


def heard(store: Store, event: Event) -> Channel | None:
    """Enter the workspace of an event; where somebody speaks, it and the channel are no longer paused.

    The channel, where it was paused until now. What the platform tells of one opens and closes it by its own handler.
    """
    place = event.place
    tenant = store.get(Tenant, place.tenant)
    if tenant is None:
        store.add_new(Tenant(place.tenant, place.platform, event.at))
    if event.actor is None or event.how in ("told", "deleted"):
        return None
    if tenant is not None and tenant.paused:
        store.put(replace(tenant, paused=""))
    channel = channel_of(store, place)
    if channel is None or not channel.paused or (channel.paused == CLOSED and event.how in _FROM_AFAR):
        return None
    found = replace(channel, paused="")
    store.put(found)
    return found


def boards_of(store: Store, tenant: str) -> list[Board]:
    """The boards that a tenant may see, by name."""
    return store.find(Board, Query(order=("name", "id"), limit=25)) if tenant else []


def board_at(store: Store, place: Place) -> Board | None:
    """The board that a place feeds; a personal chat or home feeds the only board of its workspace."""
    channel = channel_of(store, place)
    if channel is not None:
        return store.get(Board, channel.board)
    if place.kind in ("personal", "home"):
        boards = store.find(BoardLink, Query({"tenant": place.tenant}, limit=2))
        return store.get(Board, boards[0].board) if len(boards) == 1 else None
    return None


def new_board(store: Store, event: Event, person: Human, ids: Ids) -> Board:
    """The board of a channel that speaks for the first time: its name, a prefix of its initials, the speaker's zone."""
    place = event.place
    name = place.name or (person.name if place.kind in ("personal", "home") else place.channel)
    board = Board(ids(), name, _free_prefix(store, prefix_from(name)), person.zone or "UTC")
    store.add(board)
    store.add(BoardLink(ids(), board.id, place.tenant))
    if place.kind != "home":
        link_channel(store, place, board, event, ids)
    return board


def link_channel(store: Store, place: Place, board: Board, event: Event, ids: Ids) -> None:
    """Let a place feed a board."""
    store.add(
        Channel(ids(), board.id, place.tenant, place.platform, place.channel, place.name or place.channel, event.at)
    )


def _free_prefix(store: Store, prefix: str) -> str:
    taken = {board.prefix for board in store.find(Board, Query(limit=500))}
    letters = (prefix, *(prefix[:4] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return next((each for each in letters if each not in taken), prefix)


def _zone(name: str) -> str:
    return name if name in _zones() else ""


def _zones() -> set[str]:
    if not _ZONES:
        _ZONES.update(available_timezones())
    return _ZONES


_ZONES: set[str] = set()
