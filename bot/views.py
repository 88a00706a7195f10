"""The machine's own views, reports and tidings: what it shows and says, and platforms tell it, whatever the dialog."""

from dataclasses import dataclass

from bot.wire import named


@named("question.card")
@dataclass(frozen=True)
class QuestionCard:
    """An open question that stands for itself in a thread."""

    prompt: str


@named("post.unsure")
@dataclass(frozen=True)
class UnsurePost:
    """That a post may not have been posted, with a way to post it again."""

    post: str


@named("post.tell_unsure")
@dataclass(frozen=True)
class TellUnsure:
    """A post may not have been posted: let the facilitator be told."""

    post: str


@named("place.tell_lost")
@dataclass(frozen=True)
class TellPlaceLost:
    """The place of a post is gone: let the facilitator be told once."""

    post: str


@named("due.tell_failed")
@dataclass(frozen=True)
class TellFailed:
    """Something that fell due went wrong and is kept: let the facilitator be told the reference."""

    reference: str


@named("place.joined")
@dataclass(frozen=True)
class PlaceJoined:
    """The bot was invited to a channel, for the first time or again."""


@named("place.closed")
@dataclass(frozen=True)
class PlaceClosed:
    """A channel was archived, or the bot was removed from it."""


@named("place.opened")
@dataclass(frozen=True)
class PlaceOpened:
    """An archived channel was taken up again."""


@named("place.renamed")
@dataclass(frozen=True)
class PlaceRenamed:
    """A channel has another name."""

    name: str


@named("place.moved")
@dataclass(frozen=True)
class PlaceMoved:
    """A channel is known by another id."""

    to: str


@named("place.left")
@dataclass(frozen=True)
class PersonLeft:
    """Somebody, by the platform's user, is not in a channel any more."""

    user: str


@named("form.again")
@dataclass(frozen=True)
class FormAgain:
    """Open the form that an earlier event asked for, which came too late to be opened."""

    event: str
