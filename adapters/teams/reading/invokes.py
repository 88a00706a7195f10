"""Reads what people press, choose and fill in: what an invoke carries becomes an event, a menu or a look.

Shapes: learn.microsoft.com/microsoftteams/platform, the pages on universal actions for Adaptive Cards, on dialogs
(task-modules-and-cards/task-modules) and on action commands (messaging-extensions/how-to/action-commands).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from adapters.teams.reading import markup, places
from adapters.teams.reading.activity import (
    Activity,
    Attachment,
    Id,
    Malformed,
    Part,
    Somebody,
    Text,
    listed,
    without_nulls,
)
from adapters.teams.reading.words import key_of
from bot.cleaning import clean
from bot.events import Event, Place, Quoted

FIELD = "f."  # how the ids of a form's inputs begin
CHOICE = "choice"  # the id of a menu's input
OWN = "own."  # how the nonce of a dialog begins that is about somebody's own chat, wherever it was opened

_FORM_FIELDS = 60
_TEAMS = tuple(
    f"https://{host}/" for host in ("teams.microsoft.com", "teams.cloud.microsoft", "gov.teams.microsoft.us")
)
_REFERENCE = "reference"  # the kind of an attachment that is a link to a file


@dataclass(frozen=True)
class Menu:
    """A list of controls to choose one of; `question` is to be answered with yes by choosing."""

    label: str
    options: tuple[tuple[str, str], ...]
    chosen: int | None = None
    question: str = ""


@dataclass(frozen=True)
class Glance:
    """Somebody's client asks for a post as it looks to them."""

    place: Place
    message: str


Deed = Event | Menu | Glance


class _User(Part):
    user: Somebody = Somebody()


class _Body(Part):
    content: Text = ""
    content_type: str = ""


class _Payload(Part):
    """The message whose menu was opened, as Microsoft Graph describes it."""

    id: Id
    reply_to_id: Id = ""
    link_to_message: Text = ""
    sender: _User = Field(_User(), alias="from")
    body: _Body = _Body()
    attachments: Annotated[tuple[Attachment, ...], BeforeValidator(listed)] = ()


def deed(told: Activity, now: datetime) -> Deed:
    """What somebody did with a card or in a dialog. Raises Malformed."""
    value = told.value if isinstance(told.value, dict) else {}
    action = value.get("action")
    data = action.get("data") if told.name == "adaptiveCard/action" and isinstance(action, dict) else value.get("data")
    if not isinstance(data, dict):
        raise Malformed("data")
    return _deed(told, data, now)


def submitted(told: Activity, now: datetime) -> Deed | None:
    """What a client that knows no newer way sends as a message without words; None where it is none of ours.

    A menu that it cannot open comes to nothing.
    """
    return _deed(told, told.value, now) if isinstance(told.value, dict) and "bmm" in told.value else None


def shortcut(told: Activity, now: datetime) -> Event:
    """A command of the message menu, or one from anywhere. Raises Malformed."""
    value = told.value if isinstance(told.value, dict) else {}
    intent, key, actor = value.get("commandId"), key_of(told), places.account(told)
    if not isinstance(intent, str):
        raise Malformed("commandId")
    if "messagePayload" not in value:
        return Event(key, "control", now, _own(told), actor, intent=intent, unproven=True)
    said = _quoted(told, value["messagePayload"])
    at = places.place(told, said.thread or said.message)
    at = at if not at.flat else places.place(told)
    more: dict[str, Any] = {"message": said.message, "link": said.link, "quoted": said}
    return Event(key, "control", now, at, actor, intent=intent, unproven=True, **more)


def opening(told: Activity, now: datetime) -> Event:
    """What it is to open a menu: nothing that is kept. Raises Malformed."""
    return Event(key_of(told), "control", now, _place(told, _nonce_of(told)), places.account(told))


def nonce(event: Event) -> str:
    """The nonce of a dialog that answers `event`: the same where the same is asked again."""
    digest = hashlib.blake2b(event.key.encode(errors="replace"), digest_size=9).hexdigest()
    return f"{OWN if event.place.kind == 'personal' else ''}{digest}"


# --- pieces


def _deed(told: Activity, data: dict[str, Any], now: datetime) -> Deed:
    match data.get("bmm"):
        case {"m": dict(menu)}:
            return _menu(menu)
        case {"r": _}:
            return Glance(_place(told, ""), told.reply_to_id)
        case {"i": str(intent), **more}:
            return _event(told, "control", intent, {}, _nonce(more), now)
        case {"p": _, **more}:
            return _event(told, "control", _text(data.get(CHOICE)), {}, _nonce(more), now)
        case {"f": str(intent), **more}:
            return _event(told, "form", intent, _values(data), _nonce(more), now)
        case _:
            raise Malformed("bmm")


def _event(told: Activity, how: Any, intent: str, values: dict[str, str], nonce: str, now: datetime) -> Event:
    """What is done twice in one dialog is done once: its nonce tells, and what was said in it."""
    key, actor, at = key_of(told), places.account(told), _place(told, nonce)
    if nonce:
        said = hashlib.blake2b(json.dumps([intent, values], sort_keys=True).encode(), digest_size=8).hexdigest()
        key = f"{at.tenant}:{at.channel}:{actor.user}:{nonce}:{said}"
    message = "" if nonce.startswith(OWN) else told.reply_to_id
    link = places.address(at.tenant, at.channel, message, at.thread or "")
    more: dict[str, Any] = {"message": message, "link": link, "unproven": True}
    return Event(key, how, now, at, actor, intent=intent, values=values, **more)


def _place(told: Activity, nonce: str) -> Place:
    """Where the card stands on which it was pressed; a dialog may be about somebody's own chat."""
    if nonce.startswith(OWN):
        return _own(told)
    return places.place(told, "" if told.root == told.reply_to_id else told.root)


def _own(told: Activity) -> Place:
    return Place(places.PLATFORM, places.tenant(told.tenant_id), told.sender.id, kind="personal")


def _menu(told: dict[str, Any]) -> Menu:
    match told:
        case {"l": str(label), "o": list(options), **more}:
            pairs = tuple(
                (_text(each[0]), _text(each[1])) for each in options if isinstance(each, list) and len(each) == 2
            )
            chosen, question = more.get("c"), more.get("q")
            return Menu(label, pairs, chosen if isinstance(chosen, int) else None, _text(question or ""))
        case _:
            raise Malformed("menu")


def _nonce_of(told: Activity) -> str:
    """The nonce of the dialog in which this was pressed, or an empty text."""
    data = told.value.get("data") if isinstance(told.value, dict) else None
    carried = data.get("bmm") if isinstance(data, dict) else None
    return _nonce(carried) if isinstance(carried, dict) else ""


def _nonce(more: dict[Any, Any]) -> str:
    return _text(more.get("n") or "")[:100]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed("value")
    return value


def _values(data: dict[str, Any]) -> dict[str, str]:
    given = {name.removeprefix(FIELD): value for name, value in data.items() if name.startswith(FIELD)}
    if len(given) > _FORM_FIELDS or any(isinstance(each, dict | list) for each in given.values()):
        raise Malformed("values")
    return {name: "" if value is None else clean(str(value)).strip() for name, value in given.items()}


def _quoted(told: Activity, payload: Any) -> Quoted:
    """The message whose menu was opened; its author by the directory's id, a bot's by none. Raises Malformed."""
    try:
        said = _Payload.model_validate(without_nulls(payload))
    except ValidationError:
        raise Malformed("messagePayload") from None
    html = said.body.content_type != "text"
    text = markup.from_html(said.body.content).text if html else markup.tidy(said.body.content)
    files = tuple(each.content_url for each in said.attachments if each.content_type == _REFERENCE)
    links = tuple(each for each in files if each.startswith("https://"))
    thread = said.reply_to_id if told.kind == "channel" and said.reply_to_id != said.id else ""
    link = said.link_to_message if said.link_to_message.startswith(_TEAMS) else ""
    return Quoted(said.id, text, said.sender.user.id, clean(link), links, thread)
