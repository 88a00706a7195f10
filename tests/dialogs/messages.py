"""What people do with messages that were not said to the bot, and what comes of it."""

from datetime import timedelta
from typing import Any

from bot import wire
from bot.events import Event, Quoted
from bot.items import Item
from bot.ledger import Post
from bot.messages import Button, Choice, Controls, Field, Form, Message, plain
from bot.ports import Answer
from dialogs.shortcuts import LogThis
from tests.engine.house import TENANT, House

LIFT = Quoted(
    "m7", "the lift is stuck, we need it by Friday", "ben", "https://memory.test/ops/m7", ("https://files.test/1",)
)


def shortcut(
    house: House, quoted: Quoted | None = LIFT, user: str = "ada", channel: str = "ops", **values: Any
) -> Event:
    """The menu of a message, in whose thread it is answered."""
    message = quoted.message if quoted else ""
    thread = (quoted.thread or message) if quoted else ""
    return house.press(LogThis(), user, channel, thread=thread, message=message, quoted=quoted, trigger="t", **values)


async def asked(house: House, event: Event) -> Answer | None:
    """Do it, and settle."""
    answer = await house.bot.ask(event)
    await house.bot.settle()
    return answer


async def form(house: House, event: Event) -> Form:
    """Do what opens a form."""
    answer = await asked(house, event)
    assert isinstance(answer, Form), answer
    return answer


async def submit(house: House, opened: Form, event: Event, **values: str) -> Answer | None:
    """Fill in the form that `event` opened: what is not given stays as it was offered."""
    filled = {each.name: each.initial for each in opened.fields} | values
    user = event.actor.user if event.actor else ""
    sent = house.form(opened.intent, filled, user, event.place.channel)
    return await asked(house, sent)


async def logs(house: House, quoted: Quoted = LIFT, **values: Any) -> Item:
    """A message logged by its menu, as it stands."""
    event = shortcut(house, quoted, **values)
    await submit(house, await form(house, event), event)
    return await found(house, event.origin)


async def found(house: House, origin: str) -> Item:
    """The item that a message became."""
    return await house.row(Item, origin=origin)


def words(answer: Answer | None) -> str:
    """The private words."""
    assert isinstance(answer, Message), answer
    return plain(answer.summary)


def buttons(answer: Any) -> dict[str, Any]:
    """What can be pressed, by label."""
    assert isinstance(answer, Message), answer
    rows = (block.items for block in answer.blocks if isinstance(block, Controls))
    return {plain(each.label): each.intent for row in rows for each in row if isinstance(each, Button)}


def menu(message: Message, label: str) -> dict[str, Any]:
    """The options of a menu, by label."""
    rows = (block.items for block in message.blocks if isinstance(block, Controls))
    (choice,) = [each for row in rows for each in row if isinstance(each, Choice) and plain(each.label) == label]
    return {plain(option.label): option.intent for option in choice.options}


def fields(form: Form) -> dict[str, Field]:
    """The fields of a form by name."""
    return {each.name: each for each in form.fields}


async def cards(house: House, item: Item) -> list[tuple[str, str]]:
    """Where the card of an item stands: channels and threads."""
    view = wire.pack(_card(item))
    return [(each.channel, each.thread) for each in await house.rows(Post, view=view)]


def shown(house: House, channel: str) -> Message:
    """The newest message of a channel."""
    return [each.message for each in house.platform.posts if each.place.channel == channel][-1]


def _card(item: Item) -> Any:
    from dialogs.item import ItemCard

    return ItemCard(item.id)


async def react(
    house: House, emoji: str = "inbox_tray", user: str = "ada", message: str = "m7", channel: str = "ops"
) -> bool:
    """Mark a message; whether anybody heeds it."""
    event = house.event("reaction", user, channel, text=emoji, message=message)
    heeded = await house.bot.keep(event)
    await house.bot.settle()
    return heeded


async def say(house: House, text: str, user: str = "ben", message: str = "m7", **values: Any) -> Event:
    """Name the bot in a message whose identity is also its event's, as where words can be edited."""
    channel = values.get("channel", "ops")
    event = house.mention(text, user, message=message, key=f"{TENANT}:{channel}:{message}", **values)
    await house.bot.keep(event)
    await house.bot.settle()
    return event


async def edit(house: House, text: str, user: str = "ben", message: str = "m7", **values: Any) -> bool:
    """Change what a message says; whether anybody heeds it."""
    house.clock.advance(timedelta(seconds=5))
    heeded = await house.bot.keep(house.event("edited", user, text=text, message=message, **values))
    await house.bot.settle()
    return heeded


async def delete(house: House, user: str = "ben", message: str = "m7", **values: Any) -> bool:
    """Take a message away; whether anybody heeds it."""
    heeded = await house.bot.keep(house.event("deleted", user, message=message, **values))
    await house.bot.settle()
    return heeded
