"""A reaction that captures: an emoji of the board's choice on a message makes it an item of whoever wrote it."""

import re
from dataclasses import dataclass, replace

from bot.board import Board
from bot.directory import board_at
from bot.effects import Become, Effects, Notice, Refusal
from bot.events import Event
from bot.messages import Button, Words
from bot.people import Role
from bot.ports import Store
from bot.routes import Routes
from bot.turn import Turn, find_item
from bot.understanding import ItemRef
from bot.wire import named
from bot.words import say
from dialogs.capture import Said, already, logged, source_of
from dialogs.shortcuts import author, our_post, words_of

routes = Routes()

OFF = "off"
_EMOJI = re.compile(r"[\w+'-]{1,100}")
_SAME = {"thumbsup": "+1", "thumbsdown": "-1"}


@named("item.log_reacted")
@dataclass(frozen=True)
class LogReacted:
    """Keep the message that was reacted to; `item` is its identity, by which it may be an item already."""

    item: ItemRef


@named("board.reaction")
@dataclass(frozen=True)
class ShowReaction:
    """Say which emoji captures a message; with one, make it that."""

    emoji: str = ""


@named("board.set_reaction")
@dataclass(frozen=True)
class SetReaction:
    """Let another emoji capture a message, or none."""

    emoji: str


routes.command(
    "reaction", "emoji", intent=ShowReaction, args="emoji?", group="capture", example="/bmm reaction :inbox_tray:"
)


@routes.handles(LogReacted)
def log_reacted(intent: LogReacted, turn: Turn) -> Effects:
    """The message, for its author, in its thread; the second reaction finds the same item."""
    if turn.event.how != "reaction":
        raise Refusal(say("machine.old_control"))
    known = find_item(turn.store, None, intent.item)
    if known is not None:
        yield from already(known, turn)
        return
    quoted = turn.event.quoted
    said = words_of(quoted) if quoted else ""
    if quoted is None or not said:
        raise Refusal(say("reactions.unreadable", shortcut=say("shortcuts.item_log_this")))
    yield from logged(said, source_of(turn.event), turn, Said(author(quoted, turn)))


def heeds(event: Event, store: Store) -> bool:
    """Whether it is the emoji of this channel's board, on a message that is not our own."""
    if event.place.kind in ("personal", "home"):
        return False  # there every word is heard already
    board = board_at(store, event.place)
    if _named(event.text) != (board.reaction if board else Board.reaction):
        return False
    return our_post(event, store) is None


routes.road("reaction", lambda event: LogReacted(event.origin), heeds, begins=True)


@routes.handles(ShowReaction)
def show_reaction(intent: ShowReaction, turn: Turn) -> Effects:
    """Which it is; whoever may set it says the other one."""
    if intent.emoji:
        yield Become(SetReaction(intent.emoji))
    else:
        yield Notice(_says(turn.board.reaction))


@routes.handles(SetReaction, by=(Role.ADMIN,))
def set_reaction(intent: SetReaction, turn: Turn) -> Effects:
    """Another emoji from now on; `off` for none."""
    said, before = _named(intent.emoji), turn.board.reaction
    if not _EMOJI.fullmatch(said):
        raise Refusal(say("reactions.unread", said=intent.emoji[:40]))
    turn.board = turn.save(replace(turn.board, reaction="" if said == OFF else said))
    yield Notice(_says(turn.board.reaction), (Button(say("item.undo"), SetReaction(before or OFF)),))


def _says(emoji: str) -> Words:
    return say("reactions.is", emoji=f":{emoji}:") if emoji else say("reactions.is_off")


def _named(emoji: str) -> str:
    """The name of an emoji, without colons and without the tone of a skin."""
    name = emoji.strip().strip(":").partition("::")[0].casefold()
    return _SAME.get(name, name)
