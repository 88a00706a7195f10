"""The machine's own views and reports: what it shows and says without knowing any dialog."""

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
