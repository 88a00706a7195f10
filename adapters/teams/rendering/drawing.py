"""Draws posts, forms, menus and notices for Teams. What cannot be drawn is Invalid, and never sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from adapters.teams import limits
from adapters.teams.commands import plain
from adapters.teams.rendering import forms, menus, render
from adapters.teams.rendering.blocks import block
from adapters.teams.rendering.runs import disarmed, flat, lines
from adapters.teams.rendering.sheet import Data, Sheet
from bot.messages import Controls, Form, Link, Message, Person, Text, When, Words, spans
from bot.ports import Invalid

CARD = "application/vnd.microsoft.card.adaptive"

Opens = Callable[[Any], bool]  # whether an intent opens a form


def card(message: Message, opens: Opens) -> Data:
    """The card of a post. Raises Invalid."""
    with _drawing():
        return render.card(message, Sheet(opens))


def activity(message: Message, opens: Opens) -> Data:
    """The message activity that posts this, with a sentence for notifications and screen readers. Raises Invalid."""
    content = card(message, opens)
    attachment = {"contentType": CARD, "content": content}
    return {"type": "message", "summary": content["fallbackText"], "attachments": [attachment]}


def notice(message: Message, opens: Opens, nonce: str) -> Data:
    """A message as the card of a dialog, with what can be done about it. Raises Invalid."""
    with _drawing():
        return render.card(message, Sheet(opens, nonce))


def form(
    asked: Form,
    people: Sequence[Person],
    nonce: str,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, Words] | None = None,
    ways: Sequence[Data] = (),
) -> Data:
    """The card of a form's dialog; `people` can be chosen where somebody is asked for. Raises Invalid.

    `values` is what was typed before, and `errors` what is wrong, by the names of fields; `ways` lead out of it.
    """
    with _drawing():
        return forms.form(asked, forms.Filling(people, values or {}, errors or {}, ways), nonce)


def ways(message: Message, opens: Opens, nonce: str) -> list[Data]:
    """What can be done about a message, for the dialog of a form. Raises Invalid."""
    with _drawing():
        controls = [each for each in message.blocks if isinstance(each, Controls)]
        return [part for each in controls for part in block(each, Sheet(opens, nonce))]


def menu(label: str, options: Sequence[tuple[str, str]], chosen: int | None, nonce: str, question: str = "") -> Data:
    """The card of a menu's dialog, from what the menu carries; its `question` stands above. Raises Invalid."""
    with _drawing():
        return menus.menu(label, options, chosen, nonce, question)


def title(words: Words) -> str:
    """The head of a dialog. Raises Invalid."""
    with _drawing():
        return flat(words, limits.TITLE)


def said(message: Message) -> str | None:
    """The words of a message that is nothing but a few plain sentences, or None where it is drawn as a card.

    Where it shows a time or a link it is drawn, because plain words hold neither.
    """
    with _drawing():
        if not all(isinstance(each, Text) for each in message.blocks):
            return None
        words = [each.words for each in message.blocks if isinstance(each, Text)] or [message.summary]
        if any(isinstance(span.value, When | Link) for each in words for span in spans(each)):
            return None
        text = " ".join(disarmed(plain(each)) for each in words if lines(each)).strip()
        return text if 0 < len(text) <= limits.SAID and "\n" not in text else None


@contextmanager
def _drawing() -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError) as error:
        raise Invalid(str(error)) from error
