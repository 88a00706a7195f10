"""Moving an item: the rules of the lanes, blocking, parking, discarding, done and reopened."""

from dataclasses import replace

from bot.board import Objection, objection
from bot.effects import Become, Effects, Refusal
from bot.items import Item, Lane, missing_things, moved
from bot.messages import Button, Words
from bot.people import Role
from bot.routes import Routes
from bot.turn import Turn
from bot.words import say
from dialogs.intents import (
    BlockItem,
    DiscardItem,
    FinishItem,
    MoveItem,
    OverrideMove,
    ParkItem,
    Prioritise,
    ReopenItem,
    SetOutcome,
)  # fmt: skip
from dialogs.item import done

routes = Routes()
routes.command("move", "mv", intent=MoveItem, args="item lane why…?", example="/bmm move 42 doing")
routes.command("block", intent=BlockItem, args="item why…", example="/bmm block 42 waiting for the vendor's part")
routes.command("park", "freeze", intent=ParkItem, args="item why…?", example="/bmm park 42 after the audit")
routes.command(
    "discard", "drop", intent=DiscardItem, args="item why…", example="/bmm discard 42 the printer was replaced"
)
routes.command("done", "finish", "close", intent=FinishItem, args="item", example="/bmm done 42")
routes.command("reopen", "revert", intent=ReopenItem, args="item why…?", example="/bmm reopen 42 it jams again")


@routes.handles(MoveItem)
def move_item(intent: MoveItem, turn: Turn) -> Effects:
    """Move where the rules of the lanes let it."""
    item = turn.item(intent.item)
    if intent.lane is Lane.BLOCKED:
        yield Become(BlockItem(item.id, intent.why) if intent.why else BlockItem(item.id))
        return
    if intent.lane is Lane.DISCARDED:
        yield Become(DiscardItem(item.id, intent.why) if intent.why else DiscardItem(item.id))
        return
    _check(item, intent.lane, turn)
    after = turn.save(moved(item, intent.lane, turn.now), intent.why)
    yield from done(turn, item, after, say("lanes.moved", key=item.key, lane=after.lane))


@routes.handles(OverrideMove, by=(Role.ADMIN, Role.PM))
def override_move(intent: OverrideMove, turn: Turn) -> Effects:
    """Move against a rule of the lanes; the reason is in the history."""
    item = turn.item(intent.item)
    against = _objection(item, intent.lane, turn)
    if against is not None and not against.overridable:
        raise _refusal(item, intent.lane, against)
    after = turn.save(moved(item, intent.lane, turn.now), f"override: {intent.why}")
    yield from done(turn, item, after, say("lanes.overridden", key=item.key, lane=after.lane))


@routes.handles(BlockItem)
def block_item(intent: BlockItem, turn: Turn) -> Effects:
    """Put an item into BLOCKED with what it waits for; blocking a blocked one changes the reason."""
    item = after = turn.item(intent.item)
    if item.lane is not Lane.BLOCKED:
        _check(item, Lane.BLOCKED, turn)
        after = moved(item, Lane.BLOCKED, turn.now)
    on = turn.human(intent.on).id if intent.on else ""
    after = turn.save(replace(after, blocked_by=intent.why.strip(), blocked_on=on), intent.why)
    yield from done(turn, item, after, say("lanes.blocked", key=item.key, why=after.blocked_by))


@routes.handles(ParkItem)
def park_item(intent: ParkItem, turn: Turn) -> Effects:
    """Into ICE BOX, where the priority is Low."""
    yield Become(MoveItem(intent.item, Lane.ICE_BOX, intent.why))


@routes.handles(DiscardItem)
def discard_item(intent: DiscardItem, turn: Turn) -> Effects:
    """Off the board, with the reason; it can be reopened."""
    item = turn.item(intent.item)
    _check(item, Lane.DISCARDED, turn)
    after = turn.save(moved(item, Lane.DISCARDED, turn.now), intent.why)
    yield from done(turn, item, after, say("lanes.discarded", key=item.key))


@routes.handles(FinishItem)
def finish_item(intent: FinishItem, turn: Turn) -> Effects:
    """Into DONE."""
    yield Become(MoveItem(intent.item, Lane.DONE))


@routes.handles(ReopenItem)
def reopen_item(intent: ReopenItem, turn: Turn) -> Effects:
    """Back to BACKLOG."""
    yield Become(MoveItem(intent.item, Lane.BACKLOG, intent.why))


def owners_wip(turn: Turn, owner: str) -> int:
    """How many items somebody has IN PROGRESS: decides a rule, and is told to nobody but them."""
    where = {"board": turn.board.id, "owner": owner, "lane": Lane.IN_PROGRESS}
    return turn.store.count(Item, where) if owner else 0


def _objection(item: Item, lane: Lane, turn: Turn) -> Objection | None:
    return objection(item, lane, owners_wip(turn, item.owner), turn.board.wip_limit)


def _check(item: Item, lane: Lane, turn: Turn) -> None:
    against = _objection(item, lane, turn)
    if against is not None:
        raise _refusal(item, lane, against)


def _refusal(item: Item, lane: Lane, against: Objection) -> Refusal:
    things = tuple(part for name in missing_things(item) for part in (Words(", "), say(f"things.{name}")))[1:]
    ways = [_way(item, name) for name in missing_things(item)[:1]] if against.words == "lanes.not_actionable" else []
    if against.overridable:
        ways.append(Button(say("lanes.override"), OverrideMove(item.id, lane)))
    return Refusal(say(against.words, key=item.key, lane=lane, here=item.lane, things=things), *ways)


def _way(item: Item, missing: str) -> Button:
    intent = Prioritise(item.id) if missing == "priority" else SetOutcome(item.id)
    return Button(say("lanes.fill", thing=say(f"things.{missing}")), intent, "primary")
