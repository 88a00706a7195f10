"""The answers to the Three Things: the outcome and the priority of an item."""

from dataclasses import replace

from bot.board import priority_objection
from bot.effects import Effects, Refusal
from bot.events import Place
from bot.ledger import Prompt
from bot.people import Role
from bot.ports import Query
from bot.routes import Routes
from bot.turn import Turn
from bot.words import say
from dialogs.capture import ask_next
from dialogs.intents import Prioritise, SetOutcome
from dialogs.item import done, news

routes = Routes()
routes.command(
    "prioritise", "prioritize", "priority", intent=Prioritise, args="item priority", example="/bmm prioritise 42 high"
)
routes.command(
    "outcome", intent=SetOutcome, args="item outcome…", example="/bmm outcome 42 badges print again on floor 3"
)


@routes.handles(SetOutcome, outside="own")
def set_outcome(intent: SetOutcome, turn: Turn) -> Effects:
    """Keep the outcome, and ask for what is still missing."""
    item = turn.save(replace(turn.item(intent.item), outcome=intent.outcome.strip()))
    answered(turn, item.id, "outcome")
    if turn.event.how == "command":
        yield from done(turn, item, item, say("things.outcome_kept", key=item.key))
    yield from ask_next(item, turn)


@routes.handles(Prioritise, outside="own")
def prioritise(intent: Prioritise, turn: Turn) -> Effects:
    """Keep the priority; a board admin or PM confirms it by saying it (V5)."""
    item = turn.item(intent.item)
    objection = priority_objection(item, intent.priority)
    if objection is not None:
        raise Refusal(say(objection.words, key=item.key), field="priority")
    confirmed = bool(turn.roles(turn.person.id) & {Role.ADMIN, Role.PM})
    after = turn.save(replace(item, priority=intent.priority, confirmed=confirmed))
    answered(turn, item.id, "priority")
    if turn.event.how in ("command", "control") or turn.person.id != item.requester:
        yield from done(turn, item, after, say("things.priority_kept", key=item.key, priority=after.priority))
    else:
        yield from news(turn, item, after)
    yield from ask_next(after, turn)


def answered(turn: Turn, item: str, hole: str) -> None:
    """A question is closed by its answer, whatever road it came; from a home the next is asked where this one was."""
    where = {"board": turn.board.id, "item": item, "hole": hole, "open": True}
    asked = turn.store.find(Prompt, Query(where, limit=20))
    turn.store.change(Prompt, where, open=False)
    turn.touch(*asked)
    if asked and turn.place.kind == "home":
        there = asked[-1]
        turn.place = Place(there.platform, there.tenant, there.channel, there.thread or None)
