"""From an event to an intent: what a control carries, what a form says, or what was meant by the words."""

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from bot import understanding, wire
from bot.directory import board_at
from bot.effects import Refusal
from bot.events import Event, Place
from bot.ledger import Post, Prompt, Received
from bot.ports import Query, Store
from bot.questions import holes
from bot.routes import Routes
from bot.turn import find_item
from bot.views import FormAgain
from bot.words import say

_AGAIN = wire.name_of(FormAgain)
_LATE = 5  # times that a form may come too late, one after the other
_SAID = ("mention", "reply", "reaction", "edited", "deleted", "overheard", "linked")  # what is about words in a channel


@dataclass(frozen=True)
class Context:
    """Where something is said: the item talked about in this thread, and the question that is open there."""

    item: str = ""
    prompt: Prompt | None = None


def answer_place(event: Event) -> Place:
    """Where answers to an event belong: the thread it came from, or the thread that the words open or stand in."""
    place = event.place
    if event.how not in _SAID or place.thread is not None or place.flat or place.kind in ("personal", "home"):
        return place
    return replace(place, thread=(event.quoted.thread if event.quoted else "") or event.message)


def context_of(store: Store, place: Place, user: str = "") -> Context:
    """The item and the open question of a thread, or of the personal chat with `user`."""
    if place.thread is None and place.kind != "personal":
        return Context()
    where = {"tenant": place.tenant, "channel": _names(place, user), "thread": place.thread or ""}
    posts = (
        [*_root(store, place, user), *store.find(Post, Query(where, order=("at",), limit=5))] if place.thread else []
    )
    views = [post.view.partition('"item":"')[2].partition('"')[0] for post in posts]
    prompt = open_question(store, place, user)
    item = next((each for each in views if each), prompt.item if prompt else "")
    return Context(item, prompt)


def open_question(store: Store, place: Place, user: str = "") -> Prompt | None:
    """The question that waits in a thread or the personal chat with `user`, or on the card that the thread hangs on."""
    where = {"tenant": place.tenant, "channel": _names(place, user), "open": True}
    query = Query({**where, "thread": place.thread or ""}, order=("-at",), limit=1)
    found = store.find(Prompt, query)
    if found or not place.thread:
        return found[0] if found else None
    views = {post.view for post in _root(store, place, user)}
    above = store.find(Prompt, Query({**where, "thread": ""}, order=("-at",), limit=50)) if views else []
    return next((each for each in above if any(f'"item":"{each.item}"' in view for view in views)), None)


def _root(store: Store, place: Place, user: str) -> list[Post]:
    """Our post that a thread hangs on, if it is one of ours."""
    refs = (place.thread, f"{place.channel}:{place.thread}")
    where = {"tenant": place.tenant, "channel": _names(place, user), "thread": "", "ref": refs}
    return store.find(Post, Query(where, limit=1))


def _names(place: Place, user: str) -> tuple[str, ...]:
    """What a place is called: a personal chat is opened by the user's id, and may have one of its own as well."""
    return (place.channel, user) if place.kind == "personal" and user else (place.channel,)


def again(event: Event, store: Store) -> Event:
    """The event as it is; where somebody opens a form that came too late, what they did then, as if done now.

    Raises Refusal where that is not theirs, or forgotten.
    """
    for _ in range(_LATE):
        if event.how != "control" or not event.intent.startswith(_AGAIN):
            return event
        asked = _carried(event, ZoneInfo("UTC"))
        received = store.get(Received, asked.event) if isinstance(asked, FormAgain) else None
        earlier = wire.adapter(Event).validate_json(received.event) if received and received.event else None
        if earlier is None or earlier.actor != event.actor or earlier.how not in ("command", "control"):
            break
        event = replace(earlier, at=event.at, trigger=event.trigger, answer=event.answer)
    raise Refusal(say("machine.form_forgotten"))


def meant(event: Event, store: Store, routes: Routes, zone: ZoneInfo) -> Any:
    """The intent of an event, perhaps with holes. Raises Refusal where it cannot be read."""
    if event.intent:
        return _carried(event, zone)
    if event.how in routes.roads:
        return routes.roads[event.how].meaning(event)
    return _spoken(
        event, routes, context_of(store, answer_place(event), event.actor.user if event.actor else ""), store, zone
    )


def _carried(event: Event, zone: ZoneInfo) -> Any:
    try:
        bare = wire.unpack(event.intent)
    except wire.Unreadable as error:
        raise Refusal(say("machine.old_control")) from error
    filled: dict[str, Any] = {}
    for name, text in event.values.items():
        each = holes(type(bare)).get(name)
        if each is None or (not text.strip() and (each.optional or each.kind == "choice")):
            continue
        options = each.options() if each.options else ()
        value = understanding.coerced(each.kind, text, options, event.at, zone)
        if value is None:
            raise Refusal(say("machine.needed"), field=name)
        filled[name] = value[: each.max_length]
    try:
        return wire.unpack(event.intent, **filled)
    except wire.Unreadable as error:
        raise Refusal(say("machine.old_control")) from error


def _spoken(event: Event, routes: Routes, context: Context, store: Store, zone: ZoneInfo) -> Any:
    text = event.text.strip()
    typed = event.how == "command"
    understood = understanding.command_in(text or "help", routes, context.item, event.at, zone)
    if understood and not typed and _is_rather_an_ask(text, understood, routes):
        understood = None
    begun = understood is not None and _is_begun(text, understood, store, answer_place(event), context.prompt)
    if understood and event.how != "reply" and (typed or understood.whole or understood.named or begun):
        if understood.unread:
            raise Refusal(say("machine.unread", unread=understood.unread[:80], usage=usage(understood.command)))
        try:
            return understanding.intent_of(understood)
        except wire.Unreadable as error:  # what nobody can ask for is missing
            raise Refusal(say("machine.unread", unread=text[:80], usage=usage(understood.command))) from error
    if context.prompt is not None and not typed and routes.answering:
        return routes.answering(context.prompt.id, text)
    key = understanding.key_in(text)
    if key and routes.showing and (find_item(store, None, key) or len(text.split()) == 1):
        return routes.showing(key)
    near = understanding.nearest(text, routes)
    if routes.puzzled and (typed or len(text.split()) < 2):
        return routes.puzzled(text, "" if understood or not near else near)
    if routes.otherwise is None:
        raise Refusal(say("machine.old_control"))
    return routes.otherwise(text)


def _is_begun(
    text: str, understood: understanding.Understood, store: Store, place: Place, prompt: Prompt | None
) -> bool:
    """Whether somebody says a command's name, or that and an item there is, and means to be asked for the rest.

    A name that is among the answers to the open question answers it.
    """
    rest = text.split()[1:]
    if not rest:
        return not _answers(text, prompt)
    named = understood.values.get("item") == rest[0] and len(rest) == 1
    return named and find_item(store, board_at(store, place), rest[0]) is not None


def _answers(text: str, prompt: Prompt | None) -> bool:
    """Whether these words are one of the answers that the open question offers."""
    if prompt is None:
        return False
    hole = holes(type(wire.unpack(prompt.intent)))[prompt.hole]
    offered = hole.options() if hole.options else ()
    return text.casefold() in {each.casefold() for option in offered for each in option}


def _is_rather_an_ask(text: str, understood: understanding.Understood, routes: Routes) -> bool:
    """`find out why the VPN drops every night` is no search: a command of free words is short, or a question."""
    command = understood.command
    free = command.args[:1] and command.args[0].endswith("…") and routes.otherwise is not None
    is_ask = free and type(routes.otherwise("x")) is command.intent  # type: ignore[misc]
    return bool(free) and not is_ask and len(text.split()) > 4 and not text.endswith("?")


def usage(command: Any) -> str:
    """How a command is written: `/bmm move <item> <lane> [why]`."""
    parts = [f"[{arg.rstrip('…?')}]" if arg.endswith("?") else f"<{arg.rstrip('…')}>" for arg in command.args]
    return " ".join(["/bmm", command.name, *parts])
