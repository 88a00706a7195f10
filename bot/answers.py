"""Private words and how an answer rests in the inbox, so that a repeated event gets the same one."""

import json
from collections.abc import Callable
from typing import Any

from bot import wire
from bot.messages import Control, Controls, Form, Message, Text, Words, plain
from bot.ports import Answer, Errors


def notice(words: Words, controls: tuple[Control, ...] = ()) -> Message:
    """A message of one sentence, with what can be done about it."""
    return Message(words, (Text(words), *((Controls(controls),) if controls else ())))


def stored(answer: Answer | None) -> str:
    """An answer as text: a form by its intent, everything else by its words."""
    match answer:
        case Form():
            return json.dumps({"form": wire.pack(answer.intent)})
        case Errors():
            return json.dumps({"errors": {name: plain(words) for name, words in answer.fields.items()}})
        case Message():
            return json.dumps({"notice": plain(answer.summary)})
        case None:
            return ""


def unstored(reply: str, form: Callable[[Any], Form]) -> Answer | None:
    """The answer that `stored` wrote; `form` draws a form anew."""
    match json.loads(reply) if reply else {}:
        case {"form": str(packed)}:
            return form(wire.unpack(packed))
        case {"errors": dict(fields)}:
            return Errors({name: Words("{text}", {"text": text}) for name, text in fields.items()})
        case {"notice": str(text)}:
            return notice(Words("{text}", {"text": text}))
        case _:
            return None
