"""Reads what the browser sends, and says what of it is an event for the bot."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.playground.limits import FIELD_CHARS, FIELDS, INTENT_CHARS, NAME_CHARS, TEXT_CHARS
from adapters.playground.team import PEOPLE, TENANT, account, address, place
from bot.chatlog import Said
from bot.cleaning import clean
from bot.events import Event

_MENTION = re.compile(r"(?<![\w@])@bmm(?!\w|[.-]\w)[,:]?", re.IGNORECASE)
_COMMAND = re.compile(r"/bmm(?!\S)\s*", re.IGNORECASE)
_OTHER_COMMAND = re.compile(r"/[a-z][\w-]*(?!\S)", re.IGNORECASE)
_NAMES = {name.casefold(): each.id for each in PEOPLE.values() for name in (each.name, each.id)}
_PERSON = re.compile(r"(?<![\w@<])@(" + "|".join(map(re.escape, _NAMES)) + r")\b", re.IGNORECASE)

Name = Annotated[str, Field(max_length=NAME_CHARS, pattern=r"^[\w:.-]*$")]
Given = Annotated[Name, Field(min_length=1)]


class Request(BaseModel):
    """What every request says: who asks (`as`), from which window, and its own nonce for a repeat to be known by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: Given = Field(alias="as")
    nonce: Given
    window: Name = ""


class Say(Request):
    """Words for a channel or, with `thread`, below a message."""

    channel: Given
    thread: Name = ""
    text: str = Field(min_length=1, max_length=TEXT_CHARS)


class Press(Request):
    """A control of a message was pressed."""

    message: Given
    intent: str = Field(min_length=1, max_length=INTENT_CHARS)


class Submit(Request):
    """A form was submitted; the place is the one where it was opened."""

    channel: Given
    thread: Name = ""
    message: Name = ""
    intent: str = Field(min_length=1, max_length=INTENT_CHARS)
    values: dict[Given, Annotated[str, Field(max_length=FIELD_CHARS)]] = Field(max_length=FIELDS)


class Dismiss(Request):
    """A private notice was read and may go."""

    message: Given


def said(text: str) -> str:
    """What was typed, without what nobody sees and nothing around it."""
    return clean(text).strip()


def is_command(text: str) -> bool:
    """Whether this is typed to the bot alone."""
    return _COMMAND.match(text) is not None


def other_command(text: str) -> str | None:
    """The name of a command that is not ours, as `/start`, or None."""
    match = _OTHER_COMMAND.match(text)
    return match[0] if match and not is_command(text) else None


def command(say: Say, at: datetime) -> Event:
    """A typed command; `text` is what stands after its name."""
    return Event(
        key=f"playground:{say.nonce}",
        how="command",
        at=at,
        place=place(say.channel, say.thread),
        actor=account(say.user),
        text=referring(_COMMAND.sub("", said(say.text), count=1)),
        trigger=say.window,
    )


def words(said: Said, among_us: bool, window: str = "") -> Event | None:
    """What somebody said, as an event, or None where it is not for the bot.

    `among_us` tells whether the bot has spoken in the thread that `said` stands in.
    """
    where = place(said.channel, said.thread)
    mentioned = is_named(said.text)
    if not (mentioned or where.kind == "personal" or (said.thread and among_us)):
        return None
    return Event(
        key=identity(said),
        how="direct" if where.kind == "personal" else "mention" if mentioned else "reply",
        at=said.at,
        place=where,
        actor=account(said.author),
        text=referring(without_mention(said.text)),
        message=said.id,
        link=address(said.channel, said.id),
        trigger=window,
    )


def identity(said: Said) -> str:
    """The identity of a message, which is that of the event that its words were."""
    return f"{TENANT}:{said.channel}:{said.id}"


def press(request: Press, pressed: Said, at: datetime) -> Event:
    """A control of the message `pressed`, where that message stands."""
    return Event(
        key=f"playground:{request.nonce}",
        how="control",
        at=at,
        place=place(pressed.channel, pressed.thread),
        actor=account(request.user),
        intent=request.intent,
        message=pressed.id,
        link=address(pressed.channel, pressed.id),
        trigger=request.window,
    )


def submit(request: Submit, at: datetime) -> Event:
    """A submitted form; raises KeyError for a channel that is not there."""
    return Event(
        key=f"playground:{request.nonce}",
        how="form",
        at=at,
        place=place(request.channel, request.thread),
        actor=account(request.user),
        intent=request.intent,
        values={name: said(value) for name, value in request.values.items()},
        message=request.message,
        trigger=request.window,
    )


def referring(text: str) -> str:
    """People named by `@ada` as the references that the core knows from every platform."""
    return _PERSON.sub(lambda found: f"<@{_NAMES[found[1].casefold()]}>", text)


def is_named(text: str) -> bool:
    """Whether the bot is mentioned."""
    return _MENTION.search(text) is not None


def without_mention(text: str) -> str:
    """The words without the mention of the bot."""
    lines = (" ".join(_MENTION.sub(" ", line).split(" ")).strip() for line in text.split("\n"))
    return re.sub(r" {2,}", " ", "\n".join(lines)).strip()
