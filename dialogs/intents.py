"""What can be meant about an item: what cards and lists offer, each handled in the file of its conversation."""

from dataclasses import dataclass
from datetime import date

from bot.items import Kind, Lane, Priority
from bot.messages import Button, Words
from bot.questions import hole
from bot.routes import Routes
from bot.turn import Turn
from bot.understanding import ItemRef, PersonRef
from bot.wire import named

routes = Routes()

CARRIED = 900  # characters of what people wrote that a button takes along


def _steps() -> tuple[tuple[str, str], ...]:
    return tuple((step.value, step.value) for step in Priority)


def _lanes() -> tuple[tuple[str, str], ...]:
    return tuple((lane.value, lane.value) for lane in Lane)


def _kinds() -> tuple[tuple[str, str], ...]:
    return tuple((kind.value, kind.value) for kind in Kind)


@named("item.log")
@dataclass(frozen=True)
class LogItem:
    """Keep an ask as an item."""

    ask: str = hole("capture.ask", "lines", max_length=100_000)


@named("item.log_said")
@dataclass(frozen=True)
class LogSaid:
    """Keep as an item what an earlier event said: a message, or words too long for a button to carry."""

    event: str


@named("item.log_new")
@dataclass(frozen=True)
class LogTo:
    """Keep an ask as an item of a board that is chosen."""

    ask: str = hole("capture.ask", "lines", max_length=100_000)
    board: str = hole("boards.ask_board", "choice")


def log(words: Words, text: str, turn: Turn) -> Button:
    """A button that keeps what was just said as an item."""
    return Button(words, kept(text, turn))


def kept(text: str, turn: Turn) -> LogItem | LogSaid:
    """The intent that keeps what was just said, short enough to travel; of a message it knows which one it was."""
    said = turn.event
    whole = said.how in ("mention", "direct", "reply") and said.text.strip() == text.strip()
    return LogSaid(said.key) if whole or len(text) > CARRIED else LogItem(text)


@named("item.outcome")
@dataclass(frozen=True)
class SetOutcome:
    """Say what will be true when the item is done."""

    item: ItemRef
    outcome: str = hole("things.ask_outcome", "lines")


@named("item.prioritise")
@dataclass(frozen=True)
class Prioritise:
    """Say how urgent an item is."""

    item: ItemRef = hole("item.ask_item")
    priority: Priority = hole("things.ask_priority", "choice", _steps)


@named("item.edit")
@dataclass(frozen=True)
class EditItem:
    """Change what was understood; `base` holds a digest of each field as the form showed it."""

    item: ItemRef = hole("item.ask_item")
    title: str = hole("edit.title", optional=True)
    request: str = hole("edit.request", "lines", optional=True)
    outcome: str = hole("edit.outcome", "lines", optional=True)
    priority: Priority | None = hole("edit.priority", "choice", _steps, optional=True)
    due: date | None = hole("edit.due", "date", optional=True)
    kind: Kind | None = hole("edit.kind", "choice", _kinds, optional=True)
    tickets: str = hole("edit.tickets", optional=True)
    base: str = ""


@named("item.move")
@dataclass(frozen=True)
class MoveItem:
    """Put an item into another lane; `override` is why the rule of the lane does not hold this time."""

    item: ItemRef = hole("item.ask_item")
    lane: Lane = hole("lanes.ask_lane", "choice", _lanes)
    why: str = hole("lanes.ask_why", optional=True, default="")


@named("item.override")
@dataclass(frozen=True)
class OverrideMove:
    """Put an item into a lane against its rule, with the reason in the history."""

    item: ItemRef
    lane: Lane
    why: str = hole("lanes.ask_override", "lines")


@named("item.block")
@dataclass(frozen=True)
class BlockItem:
    """Say what an item waits for, and on whom."""

    item: ItemRef = hole("item.ask_item")
    why: str = hole("lanes.ask_block", "lines")
    on: PersonRef = hole("lanes.ask_block_on", "person", optional=True, default="")


@named("item.park")
@dataclass(frozen=True)
class ParkItem:
    """Put an item on ice."""

    item: ItemRef = hole("item.ask_item")
    why: str = hole("lanes.ask_why", optional=True, default="")


@named("item.discard")
@dataclass(frozen=True)
class DiscardItem:
    """Take an item off the board, with the reason."""

    item: ItemRef = hole("item.ask_item")
    why: str = hole("lanes.ask_discard", "lines")


@named("item.finish")
@dataclass(frozen=True)
class FinishItem:
    """An item is done."""

    item: ItemRef = hole("item.ask_item")


@named("item.reopen")
@dataclass(frozen=True)
class ReopenItem:
    """Bring an item back to the backlog."""

    item: ItemRef = hole("item.ask_item")
    why: str = hole("lanes.ask_why", optional=True, default="")


@named("item.take")
@dataclass(frozen=True)
class TakeItem:
    """Make an item one's own."""

    item: ItemRef = hole("item.ask_item")


@named("item.assign")
@dataclass(frozen=True)
class AssignItem:
    """Make an item somebody's."""

    item: ItemRef = hole("item.ask_item")
    owner: PersonRef = hole("owners.ask_owner", "person")


@named("item.show")
@dataclass(frozen=True)
class ShowItem:
    """Show an item."""

    item: ItemRef = hole("item.ask_item")


@named("item.history")
@dataclass(frozen=True)
class ShowHistory:
    """Show who changed what, when and why."""

    item: ItemRef = hole("item.ask_item")


@named("turn.undo")
@dataclass(frozen=True)
class UndoTurn:
    """Take back everything that one turn changed; `item` is what it was about, where that is one."""

    turn: str
    item: str = ""


@named("question.answer")
@dataclass(frozen=True)
class AnswerQuestion:
    """Answer an open question in its thread."""

    prompt: str
    text: str


@named("question.use")
@dataclass(frozen=True)
class UseOffer:
    """Take what somebody else said as the answer; `said` is how it began on the card."""

    prompt: str
    said: str


@named("question.skip")
@dataclass(frozen=True)
class SkipQuestion:
    """Leave a question open for now."""

    prompt: str
