"""What could not be posted: told to who runs the board, with a way to post it again."""

from dataclasses import dataclass, replace

from bot.board import Channel
from bot.effects import Effects, Notice, Refusal, Show
from bot.events import Place
from bot.ledger import Post, Standing
from bot.look import Look
from bot.messages import Button, Controls, Message, Text
from bot.people import Role
from bot.routes import Routes
from bot.turn import Turn, channel_of
from bot.views import TellFailed, TellPlaceLost, TellUnsure, UnsurePost
from bot.wire import named
from bot.words import say

routes = Routes()
routes.subjects["post"] = Post


@named("post.again")
@dataclass(frozen=True)
class PostAgain:
    """Post what may not have been posted."""

    post: str


@named("place.lost")
@dataclass(frozen=True)
class PlaceLost:
    """That nothing can be posted in a channel any more, or that it can again."""

    post: str = ""
    channel: str = ""


@named("due.failed")
@dataclass(frozen=True)
class DueFailed:
    """That something which fell due went wrong."""

    board: str
    reference: str


@routes.handles(TellUnsure, clock=True)
def tell_unsure(intent: TellUnsure, turn: Turn) -> Effects:
    """To who runs the board, in private."""
    post = turn.must(Post, intent.post)
    for place in _runners(turn):
        yield Show(UnsurePost(post.id), place)


@routes.handles(TellPlaceLost, clock=True)
def tell_place_lost(intent: TellPlaceLost, turn: Turn) -> Effects:
    """To who runs the board, once."""
    channel = channel_of(turn.store, turn.must(Post, intent.post).place())
    if channel is not None:
        yield from lost(channel, turn)


def lost(channel: Channel, turn: Turn) -> Effects:
    """Let who runs the board know, in private, that a channel cannot be reached."""
    for place in _runners(turn):
        yield Show(PlaceLost(channel=channel.id), place, anew=True)


@routes.handles(TellFailed, clock=True)
def tell_failed(intent: TellFailed, turn: Turn) -> Effects:
    """To who runs the board."""
    for place in _runners(turn):
        yield Show(DueFailed(turn.board.id, intent.reference), place)


@routes.handles(PostAgain)
def post_again(intent: PostAgain, turn: Turn) -> Effects:
    """Only what is in doubt is posted again."""
    post = turn.must(Post, intent.post)
    if post.standing is not Standing.UNSURE:
        raise Refusal(say("reports.not_in_doubt"))
    turn.store.put(replace(post, standing=Standing.NEW, shown=0, attempts=0, error="", next_try=None))
    yield Show(UnsurePost(post.id))
    yield Notice(say("reports.posting_again"))


@routes.draws(UnsurePost)
def draw_unsure(view: UnsurePost, look: Look) -> Message:
    """What is in doubt, and the button."""
    post = look.must(Post, view.post)
    if post.standing is not Standing.UNSURE:
        settled = say("reports.settled")
        return Message(settled, (Text(settled, "quiet"),))
    channel = channel_of(look.store, post.place())
    words = say("reports.unsure", channel=channel.name if channel else look.board.name)
    return Message(words, (Text(words, "warning"), Controls((Button(say("reports.post_again"), PostAgain(post.id)),))))


@routes.draws(DueFailed)
def draw_due_failed(view: DueFailed, look: Look) -> Message:
    """What was kept, and what to do."""
    words = say("reports.due_failed", board=look.board.name, reference=view.reference)
    return Message(words, (Text(words, "warning"),))


@routes.draws(PlaceLost)
def draw_place_lost(view: PlaceLost, look: Look) -> Message:
    """What paused, and how to mend it; mended, it says so."""
    channel = look.store.get(Channel, view.channel) if view.channel else None
    if channel is not None and not channel.paused:
        found = say("reports.place_found", channel=channel.name)
        return Message(found, (Text(found, "quiet"),))
    words = say("reports.place_lost", channel=channel.name if channel else look.board.name)
    return Message(words, (Text(words, "warning"),))


def _runners(turn: Turn) -> list[Place]:
    places = [turn.privately(person.id) for person in turn.holders(Role.FACILITATOR, Role.ADMIN)]
    return [place for place in places if place is not None]
