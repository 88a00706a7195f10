"""The card of an item: what was understood, what is missing, and what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.board import TRANSITIONS, priority_objection
from bot.effects import Effects, Notice, Show
from bot.items import Change, Item, Lane, Priority, actionable, missing_things
from bot.ledger import Post, Prompt
from bot.look import Look
from bot.messages import Block, Button, Choice, Controls, Facts, Heading, Link, Message, Quote, Text, Words
from bot.ports import Query
from bot.routes import Routes
from bot.turn import Turn
from bot.wire import named, pack
from bot.words import say
from dialogs.intents import (
    AssignItem,
    BlockItem,
    DiscardItem,
    EditItem,
    MoveItem,
    Prioritise,
    ShowHistory,
    TakeItem,
    UndoTurn,
)  # fmt: skip
from dialogs.prompting import question_blocks

routes = Routes()

UNDO = timedelta(minutes=10)
_OVER = (Lane.DONE, Lane.DISCARDED)


@named("item.card")
@dataclass(frozen=True)
class ItemCard:
    """An item, in a thread or wherever somebody asked for it."""

    item: str


@named("item.news")
@dataclass(frozen=True)
class ItemNews:
    """What became of an item, told to the one who asked for it."""

    item: str


@routes.watches(Item)
def cards_of(item: Item, _turn: Turn) -> list[ItemCard]:
    """A saved item is drawn anew wherever it stands."""
    return [ItemCard(item.id)]


@routes.draws(ItemCard)
def draw_item_card(view: ItemCard, look: Look) -> Message:
    """The whole card, with the question that is open in its thread."""
    item = look.item(view.item)
    key = "item.summary_new" if _is_new(item, look) else "item.summary"
    prompt = _open_question(item, look)
    asked = question_blocks(prompt, look) if prompt else tuple(_missing(item))
    controls = Controls(tuple(_controls(item, look, asked=prompt.hole if prompt else "")))
    summary = say(key, key=item.key, title=item.title, lane=item.lane)
    return Message(summary, (*_about(item, look), *asked, controls))


@routes.draws(ItemNews)
def draw_item_news(view: ItemNews, look: Look) -> Message:
    """One line with where the item stands now, and a link to its card."""
    item = look.item(view.item)
    link = look.link_to(ItemCard(item.id), item.key) or item.key
    priority = say("item.priority_known", priority=item.priority) if item.priority else say("item.priority_open")
    words = say("item.news", link=link, title=item.title, lane=item.lane, priority=priority)
    return Message(words, (Text(words), *_reason(_why(item, look))))


def _reason(why: str) -> Iterator[Block]:
    """What somebody gave as the reason, or, where the history names only the occasion, that."""
    if why == say("meeting.why").template:
        yield Text(say("item.news_meeting"), "quiet")
    elif why:
        yield Quote(why)


def _why(item: Item, look: Look) -> str:
    """The reason that was given when the item came to its lane."""
    query = Query({"board": look.board.id, "subject": item.id}, order=("-at", "-id"), limit=10)
    return next((change.why for change in look.store.find(Change, query) if change.field == "lane"), "")


def headline(item: Item) -> Words:
    """`OPS-42` and the title, as every list names an item."""
    return say("item.headline", key=item.key, title=item.title)


def done(turn: Turn, before: Item, item: Item, words: Words) -> Effects:
    """What follows a decision on an item: private words with a way back, and news for the one who asked."""
    yield Notice(words, (Button(say("item.undo"), UndoTurn(turn.id, item.id)),))
    yield from news(turn, before, item)


def news(turn: Turn, before: Item, item: Item) -> Effects:
    """Tell the requester of another lane or priority, unless they did it themselves."""
    changed = (before.lane, before.priority) != (item.lane, item.priority)
    if changed and item.requester and item.requester != turn.person.id:
        place = turn.privately(item.requester)
        if place is not None:
            yield Show(ItemNews(item.id), place, anew=True)


# --- the parts of a card


def _about(item: Item, look: Look) -> Iterator[Block]:
    yield Heading(say("item.logged", key=item.key, title=item.title) if _is_new(item, look) else headline(item))
    if item.request.strip().casefold() != item.title.casefold():
        yield Quote(item.request)
    yield Facts(tuple(_facts(item, look)))
    if item.lane is Lane.BLOCKED and item.blocked_by:
        yield Text(say("item.blocked", why=item.blocked_by, on=_on(item, look)), "warning")


def _missing(item: Item) -> Iterator[Block]:
    if item.lane not in _OVER and not actionable(item):
        names = tuple(say(f"things.{name}") for name in missing_things(item))
        yield Text(say("item.not_actionable", things=_listed(names)), "quiet")


def _is_new(item: Item, look: Look) -> bool:
    return not look.viewer and item.lane is Lane.BACKLOG and look.now - item.created_at < UNDO


def _facts(item: Item, look: Look) -> Iterator[tuple[Words, Words]]:
    yield say("item.lane"), say("item.value", value=item.lane)
    if item.outcome:
        yield say("item.outcome"), say("item.value", value=item.outcome)
    if item.priority:
        sure = "item.confirmed" if item.confirmed else "item.unconfirmed"
        yield say("item.priority"), say(sure, priority=item.priority)
    if item.due:
        late = item.due < look.now.astimezone(look.zone).date() and item.lane is not Lane.DONE
        yield say("item.due"), say("item.overdue" if late else "item.value", value=item.due)
    if item.estimate:
        yield say("item.estimate"), say("item.value", value=item.estimate)
    if item.kind:
        yield say("item.kind"), say("item.value", value=item.kind)
    if item.owner:
        yield say("item.owner"), say("item.value", value=look.person(item.owner))
    yield say("item.requester"), _asked(item, look)
    if item.tickets:
        yield say("item.tickets"), say("item.value", value=", ".join(item.tickets))
    if item.links:
        yield say("item.links"), say("item.value", value=_links(item))


def _asked(item: Item, look: Look) -> Words:
    """Who asked, with the way to what they said unless the card stands by it."""
    person = look.person(item.requester)
    if not item.permalink or _stands_by_it(item, look):
        return say("item.value", value=person)
    return say("item.asked", person=person, message=Link(say("item.message").template, item.permalink))


def _stands_by_it(item: Item, look: Look) -> bool:
    """Whether this is the chat or the thread in which the message stands that the item came from."""
    place, (channel, message) = look.place, item.origin.rpartition(":")[::2]
    if channel != f"{place.tenant}:{place.channel}":
        return False
    if place.kind == "personal" or place.thread == message:
        return True
    here = {"tenant": place.tenant, "channel": place.channel, "thread": place.thread or ""}
    return bool(place.thread and look.store.find(Post, Query({**here, "view": pack(ItemCard(item.id))}, limit=1)))


def _links(item: Item) -> tuple[Link | Words, ...]:
    return tuple(part for link in item.links for part in (Words(" · "), Link(link, link)))[1:]


def _on(item: Item, look: Look) -> Words:
    return say("item.on", person=look.person(item.blocked_on)) if item.blocked_on else Words("")


def _listed(names: tuple[Words, ...]) -> tuple[Words, ...]:
    return tuple(part for name in names for part in (Words(", "), name))[1:]


def _open_question(item: Item, look: Look) -> Prompt | None:
    """The question about this item that waits in this thread."""
    place = look.place
    where = {
        "tenant": place.tenant,
        "channel": place.channel,
        "thread": place.thread or "",
        "item": item.id,
        "open": True,
    }
    prompts = look.store.find(Prompt, Query(where, order=("-at",), limit=1))
    return next((prompt for prompt in prompts if prompt.expires_at > look.now), None)


def _controls(item: Item, look: Look, *, asked: str) -> Iterator[Button | Choice]:
    """What can be done in one row, less what the open question asks for with buttons of its own."""
    free = item.lane not in _OVER and not item.owner
    yield Button(say("item.edit"), EditItem(item.id))
    if free:
        yield Button(say("item.take"), TakeItem(item.id))
    yield _lanes(item)
    taking = () if free or item.owner == look.viewer else (Button(say("item.take"), TakeItem(item.id)),)
    steps = () if asked == "priority" else tuple(_priorities(item))
    yield Choice(say("item.more"), (*taking, *steps, *_more(item, look)))


def _priorities(item: Item) -> Iterator[Button]:
    for step in Priority:
        if step is not item.priority and priority_objection(item, step) is None:
            yield Button(say("item.prioritise", priority=step), Prioritise(item.id, step))


def _lanes(item: Item) -> Choice:
    lanes = [lane for lane in TRANSITIONS[item.lane] if lane not in (Lane.BLOCKED, Lane.DISCARDED)]
    return Choice(say("item.move"), tuple(Button(Words(lane.value), MoveItem(item.id, lane)) for lane in lanes))


def _more(item: Item, look: Look) -> Iterator[Button]:
    yield Button(say("item.assign"), AssignItem(item.id))
    if Lane.BLOCKED in TRANSITIONS[item.lane]:
        yield Button(say("item.block"), BlockItem(item.id))
    yield Button(say("item.history"), ShowHistory(item.id))
    if Lane.DISCARDED in TRANSITIONS[item.lane]:
        yield Button(say("item.discard"), DiscardItem(item.id))
    if item.source and item.lane is not Lane.DISCARDED and look.now - item.created_at < UNDO:
        yield Button(say("item.undo_capture"), UndoTurn(item.source, item.id))
