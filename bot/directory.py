"""Who speaks and which board a place feeds; both are made at the first word."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from zoneinfo import available_timezones

from bot.board import Board, BoardLink, Channel, prefix_from
from bot.events import Account, Event, Place
from bot.ledger import Post, Tenant
from bot.people import Grant, Human, Identity, Role
from bot.ports import Ids, Profile, Query, Store
from bot.turn import channel_of
from bot.words import say

CLOCKWORK = Human("bmm", "", "bmm")  # who acts when a time comes
MOST = 200  # boards of a tenant
CLOSED = "place: closed"  # why a channel is paused of which the platform told so
_TITLED = ("mention", "command")  # roads on which the platform was asked what the channel is


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
    person = Human(
        ids(), account.tenant, profile.name or account.user, _zone(profile.zone), profile.outsider or profile.unsure
    )
    store.add(person)
    store.add(Identity(identity(account), account.tenant, person.id, profile.bot))
    return person


def _renamed(store: Store, person: Human, account: Account, profile: Profile) -> Human:
    """What a platform did not say of somebody at their first word is entered as soon as it does.

    While it is unsure whose they are, they stay what they were, and are from outside where nothing was known.
    """
    if not profile.name:
        return person
    unnamed = person.name == account.user
    name = profile.name if unnamed else person.name
    outsider = (person.outsider or unnamed) if profile.unsure else profile.outsider
    after = replace(person, name=name, zone=person.zone or _zone(profile.zone), outsider=outsider)
    if after != person:
        store.put(after)
    return after


def is_known(person: Human, event: Event) -> bool:
    """Whether a platform has ever told who somebody is; until then they are called by their user's id."""
    return event.actor is not None and person.name != event.actor.user


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
    if channel is not None and place.name and channel.name == place.channel:
        channel = _called(store, channel, place.name)
    if channel is None or not channel.paused or _from_afar(event, channel):
        return None
    found = replace(channel, paused="")
    store.put(found)
    return found


def speaks_from_afar(store: Store, event: Event) -> bool:
    """Whether somebody types or fills in a form where we are not, so that what we showed there nobody would see."""
    if event.how not in ("command", "form") or event.place.kind not in ("channel", "group"):
        return False
    channel = channel_of(store, event.place)
    return channel.paused == CLOSED if channel is not None else event.place.afar


def _called(store: Store, channel: Channel, name: str) -> Channel:
    """A channel of which the platform had not told the name has it as soon as it does, and so has its board."""
    called = (channel.name, say("machine.unnamed").template)
    store.change(Board, {"id": channel.board, "name": called}, name=name)
    named = replace(channel, name=name)
    store.put(named)
    return named


def _from_afar(event: Event, channel: Channel) -> bool:
    """Whether an event does not say that we are there: platforms take clicks, and commands, in places we have left."""
    left = event.place.afar or channel.paused == CLOSED
    return event.how in ("control", "form") or (event.how == "command" and left)


def boards_of(store: Store, tenant: str, person: str = "") -> list[Board]:
    """The boards of a tenant by name; where a `person` is given, those that they may see."""
    if not tenant:
        return []
    query = Query({"private": False} if person else {}, order=("name", "id"), limit=MOST)
    boards = store.find(Board, query) + (_private_boards(store, person) if person else [])
    return sorted(boards, key=lambda board: (board.name, board.id))[:25]


def _private_boards(store: Store, person: str) -> list[Board]:
    """The private boards that somebody may see."""
    grants = store.find(Grant, Query({"person": person, "role": Role.MEMBER}, order=("id",), limit=MOST))
    boards = (store.get(Board, grant.board) for grant in grants)
    return [board for board in boards if board is not None and board.private]


def may_see(store: Store, board: Board, person: str) -> bool:
    """Whether somebody may look at a board from elsewhere: at a private one, who has taken part there."""
    return not board.private or store.get(Grant, _membership(board, person)) is not None


def take_part(store: Store, board: Board, event: Event, person: str) -> None:
    """Remember that somebody is in a place that feeds a private board; one that is open after all is seen by all."""
    if not board.private or event.place.kind not in ("channel", "group"):
        return
    if event.how in _TITLED and event.place.name and not event.place.private:
        store.change(Board, {"id": board.id}, private=False)
    store.add_new(Grant(_membership(board, person), board.id, person, Role.MEMBER))


def leave(store: Store, board: Board, person: str) -> bool:
    """Let somebody who is not in a place any more see its private board no more; whether they could."""
    return store.remove(Grant, {"id": _membership(board, person)}) > 0


def board_at(store: Store, place: Place, person: str = "", asked_in: Place | None = None) -> Board | None:
    """The board that a place feeds; a personal chat or home feeds the only board that this `person` may see.

    What was `asked_in` a private place goes to no board by itself: somebody says to which.
    """
    if asked_in is not None and asked_in.private:
        return None
    channel = channel_of(store, place)
    if channel is not None:
        return store.get(Board, channel.board)
    if place.kind in ("personal", "home"):
        boards = boards_of(store, place.tenant, person)
        return boards[0] if len(boards) == 1 else None
    return None


def new_board(store: Store, event: Event, person: Human, ids: Ids) -> Board:
    """The board of a place that speaks for the first time: its name, a prefix of its initials, the speaker's zone.

    One that begins in somebody's own chat is theirs alone, until a channel feeds it.
    """
    place = event.place
    own = place.kind in ("personal", "home")
    store.get(Tenant, place.tenant, lock=True)  # two boards that begin at once have prefixes of their own
    name = place.name or (person.name if own else say("machine.unnamed").template)
    zone, private = person.zone or "UTC", own or place.private or place.kind == "group"
    board = Board(ids(), name, _free_prefix(store, prefix_from(name)), zone, private=private)
    store.add(board)
    if own:
        store.add(Grant(_membership(board, person.id), board.id, person.id, Role.MEMBER))
    store.add(BoardLink(ids(), board.id, place.tenant))
    if place.kind != "home":
        link_channel(store, place, board, event, ids)
    return board


def link_channel(store: Store, place: Place, board: Board, event: Event, ids: Ids) -> None:
    """Let a place feed a board."""
    store.add(
        Channel(ids(), board.id, place.tenant, place.platform, place.channel, place.name or place.channel, event.at)
    )


def go_on(store: Store, tenants: Iterable[str]) -> None:
    """Pause these no more; what their homes show is not known any more, so it is drawn again."""
    for each in tenants:
        if store.change(Tenant, {"id": each}, paused=""):
            store.change(Post, {"tenant": each, "kind": "home"}, digest="")


def chat_with(account: Account) -> Place:
    """The personal chat with somebody, by their user id."""
    return Place(account.platform, account.tenant, account.user, kind="personal")


def _membership(board: Board, person: str) -> str:
    return f"{board.id}:{person}:{Role.MEMBER.value}"


def _free_prefix(store: Store, prefix: str) -> str:
    """The first prefix of two to five letters that no board of the tenant has: `OPS`, `OPSA` … `OPZZZ`."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ends = ("".join(each) for length in range(4) for each in product(letters, repeat=length))
    names = (prefix[: 5 - len(end)] + end for end in ends)
    return next(name for name in names if not store.count(Board, {"prefix": name}, 1))


def _zone(name: str) -> str:
    return name if name in _zones() else ""


def _zones() -> set[str]:
    if not _ZONES:
        _ZONES.update(available_timezones())
    return _ZONES


_ZONES: set[str] = set()
