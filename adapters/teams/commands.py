"""How a command is written in Teams: after a mention, because what begins with a slash is Teams' own there."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.messages import Span, Words, spans, unmarked

_TYPED = re.compile(r"(?<!\S)/bmm\b")
_MENTIONED = "@bmm"


def runs(words: Words) -> Iterator[Span]:
    """The runs of a sentence, with commands as they are typed in Teams."""
    for span in spans(words):
        if span.code and isinstance(span.value, str):
            yield replace(span, value=_TYPED.sub(_MENTIONED, span.value))
        else:
            yield span


def plain(words: Words) -> str:
    """The same without markup, for where nothing else can be shown."""
    return unmarked(runs(words))
