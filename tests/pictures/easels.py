"""What stands before people in a house, as it was sent: a picture to draw for each message, form and page."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tests.fakes.teams_dialogs import Dialog
from tests.harness import Seen
from tests.slack_house import USERS, SlackRoom
from tests.teams_house import TeamsRoom

Payload = dict[str, Any]
Surface = Literal["message", "modal", "home"]

POST, PHONE = 620, 320  # pixels: a post in a channel of Teams, and the same on a phone


@dataclass(frozen=True)
class Picture:
    """One thing to look at: `payload` is the message or view as it was sent. `to` is who alone sees it, or empty."""

    name: str
    payload: Payload
    surface: Surface = "message"
    to: str = ""
    people: dict[str, str] = field(default_factory=dict)
    title: str = ""
    width: int = 0


class Easel(Protocol):
    """Takes pictures in one house; `unfolds` says whether links to items become cards there."""

    unfolds: bool

    def message(self, name: str, seen: Seen) -> Picture:
        """A message, or private words."""
        ...

    def form(self, name: str, person: str) -> Picture:
        """The form that is open before somebody."""
        ...

    async def menu(self, name: str, person: str, label: str, seen: Seen) -> Picture | None:
        """What a menu of a message opens; None where it is opened in place."""
        ...

    def home(self, name: str, person: str) -> Picture | None:
        """Somebody's own page; None where it is no card."""
        ...


class SlackEasel:
    """Blocks and views."""

    unfolds = True

    def __init__(self, room: SlackRoom) -> None:
        self._room = room

    def message(self, name: str, seen: Seen) -> Picture:
        """A message, something that was unfolded below one, or a view that only tells."""
        told = seen.raw
        unfolded = [each for each in told.get("attachments", []) if seen.ref.endswith(f" {each.get('app_unfurl_url')}")]
        return self._picture(name, {"blocks": unfolded[0]["blocks"]} if unfolded else told, "message", seen.to)

    def form(self, name: str, person: str) -> Picture:
        """A modal."""
        view = self._room.slack.modal(USERS[person])
        assert view is not None, f"no form is open before {person}"
        return self._picture(name, view, "modal", person)

    async def menu(self, name: str, person: str, label: str, seen: Seen) -> None:
        """Slack's client opens them."""

    def home(self, name: str, person: str) -> Picture:
        """An App Home."""
        return self._picture(name, self._room.slack.homes[USERS[person]], "home", person)

    def _picture(self, name: str, payload: Payload, surface: Surface, to: str) -> Picture:
        people = {id: str(user["name"]) for id, user in self._room.slack.users.items()}
        return Picture(name, deepcopy(payload), surface, to, people)


class TeamsEasel:
    """Cards, and dialogs, which are cards as well."""

    unfolds = False  # Teams asks no bot about its links in channels

    def __init__(self, room: TeamsRoom) -> None:
        self._room = room

    def message(self, name: str, seen: Seen) -> Picture:
        """A card, the words that rode on the answer to a click, or a dialog that only tells."""
        if isinstance(seen.raw, Dialog):
            return self._dialog(name, seen.raw, seen.to)
        _, said = seen.raw
        return Picture(name, deepcopy(said.card or {"text": said.text}), "message", seen.to, width=POST)

    def form(self, name: str, person: str) -> Picture:
        """A dialog."""
        dialog = self._room.people[person].dialog
        assert dialog is not None, f"no form is open before {person}"
        return self._dialog(name, dialog, person)

    async def menu(self, name: str, person: str, label: str, seen: Seen) -> Picture:
        """A dialog with the options."""
        somebody, (there, said) = self._room.people[person], seen.raw
        await somebody.act(there, said, seen.control(label).raw.action)
        drawn = self.form(name, person)
        somebody.close()
        return drawn

    def home(self, name: str, person: str) -> None:
        """A tab, which is a page of its own and seen in the browser's tests."""

    def _dialog(self, name: str, dialog: Dialog, to: str) -> Picture:
        return Picture(name, deepcopy(dialog.card), "modal", to, title=dialog.title, width=POST)
