"""What is not done for who asks, said in three parts: what happened, why, and what to do."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Why:
    """An HTTP status and three sentences: `what` happened, `why`, and what to `do` about it."""

    status: int
    what: str
    why: str
    do: str

    @property
    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {"error": {"what": self.what, "why": self.why, "do": self.do}}


class Declined(Exception):
    """The request is declined."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.what)
        self.why = why


UNPROVEN = Why(
    401,
    "bmm could not check who you are.",
    "What Teams gave this page to show it was not accepted.",
    "Load the tab again. If it stays so, whoever runs this bmm finds the reason in its log.",
)
UNCHECKED = Why(
    503,
    "bmm could not check who you are.",
    "Microsoft's sign-in, which vouches for you, does not answer.",
    "Nothing is lost here: try again in a moment.",
)
UNASKED = Why(
    503,
    "bmm could not look who is in this channel.",
    "Teams does not answer.",
    "Nothing is lost here: try again in a moment.",
)
AWAY = Why(
    503,
    "bmm could not do this just now.",
    "Its database does not answer, so nothing was kept.",
    "Nothing is lost here: try again in a moment.",
)
NOT_THERE = Why(
    403,
    "This board is for the people of its channel.",
    "Teams does not list you among them, or bmm is not in the channel.",
    "Ask somebody there to add you, or to add bmm; then try again.",
)
OUTSIDE = Why(
    403,
    "This page is for the people of this organisation.",
    "Teams lists you as a guest, or as somebody of another one.",
    "You can ask at any time: mention bmm in the channel with what you need.",
)
ELSEWHERE = Why(
    403,
    "This bmm belongs to another organisation.",
    "You are signed in to one that it does not serve.",
    "Switch to the organisation of your team in Teams, then try again.",
)
STRANGER = Why(
    403,
    "bmm has not met you yet.",
    "It knows people from what they write to it.",
    "Open the Chat tab beside this one and write help; then come back here.",
)
