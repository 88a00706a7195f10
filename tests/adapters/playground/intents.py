"""Intents that only these tests know."""

from dataclasses import dataclass

from bot.wire import named


@named("playground_test.do")
@dataclass(frozen=True)
class Do:
    """Something a button may become."""

    what: str = ""


@named("playground_test.rename")
@dataclass(frozen=True)
class Rename:
    """Something a form may become."""

    title: str = ""
