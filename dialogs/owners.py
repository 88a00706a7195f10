"""Whose an item is: taken by oneself, or assigned to somebody."""

from dataclasses import replace

from bot.board import objection
from bot.effects import Effects, Refusal, Show
from bot.items import Item, Lane
from bot.people import Human
from bot.routes import Routes
from bot.turn import Turn
from bot.words import say
from dialogs.intents import AssignItem, TakeItem
from dialogs.item import ItemNews, done
from dialogs.lanes import owners_wip

routes = Routes()
routes.command("take", "pull", intent=TakeItem, args="item", example="/bmm take 42")
routes.command("assign", "push", intent=AssignItem, args="item owner", example="/bmm assign 42 @ben")


@routes.handles(TakeItem)
def take_item(intent: TakeItem, turn: Turn) -> Effects:
    """Make an item one's own; in IN PROGRESS the WIP limit holds."""
    item = _owned(turn.item(intent.item), turn.person, turn)
    yield from done(turn, item, item, say("owners.taken", key=item.key))


@routes.handles(AssignItem)
def assign_item(intent: AssignItem, turn: Turn) -> Effects:
    """Make an item somebody's, who is told."""
    owner = turn.human(intent.owner)
    item = _owned(turn.item(intent.item), owner, turn)
    yield from done(turn, item, item, say("owners.assigned", key=item.key, owner=owner.name))
    place = turn.privately(owner.id)
    if place is not None and owner.id not in (turn.person.id, item.requester):
        yield Show(ItemNews(item.id), place, anew=True)


def _owned(item: Item, owner: Human, turn: Turn) -> Item:
    if item.owner == owner.id:
        raise Refusal(say("owners.already", key=item.key, owner=owner.name))
    if item.lane is Lane.IN_PROGRESS:
        elsewhere = replace(item, lane=Lane.BACKLOG, owner=owner.id)
        against = objection(elsewhere, Lane.IN_PROGRESS, owners_wip(turn, owner.id), turn.board.wip_limit)
        if against is not None and against.words == "lanes.wip_limit":
            raise Refusal(say("owners.at_the_limit", owner=owner.name))
    return turn.save(replace(item, owner=owner.id))
