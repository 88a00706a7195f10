"""Draws messages, forms, notices and homes for Slack. What cannot be drawn is Invalid, and never sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from adapters.slack.reading import parse
from adapters.slack.rendering import forms, render
from adapters.slack.rendering.runs import Data
from bot.events import Event
from bot.messages import Form, Message, Text
from bot.ports import Invalid


def message(drawn: Message) -> Data:
    """`text` and `blocks` of a message. Raises Invalid."""
    with _drawing():
        return render.message(drawn)


def below(shown: Message) -> list[Data]:
    """The blocks that stand below a link, where nothing else says what is meant. Raises Invalid."""
    blocks: list[Data] = message(shown)["blocks"]
    return blocks or message(replace(shown, blocks=(Text(shown.summary),)))["blocks"]


def form(event: Event, asked: Form) -> Data:
    """The modal of a form that `event` asked for. Raises Invalid."""
    with _drawing():
        return forms.view(asked, parse.origin(event))


def notice(event: Event, told: Message) -> Data:
    """A modal of words for the one who caused `event`, with what can be done about them. Raises Invalid."""
    with _drawing():
        return forms.notice(told, render.view(told), parse.origin(event))


def home(tenant: str, shown: Message) -> Data:
    """Somebody's own page with the bot. Raises Invalid."""
    with _drawing():
        return forms.home(shown, render.view(shown), tenant.removeprefix(parse.tenant("")))


@contextmanager
def _drawing() -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError) as error:
        raise Invalid(str(error)) from error
