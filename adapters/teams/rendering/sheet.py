"""One card that is being drawn: how what is pressed on it comes back, and who is mentioned."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.cleaning import clean
from bot.messages import Person

Data = dict[str, Any]

_NO_NAME = re.compile(r"[^\w .,'’-]|_")  # what could be markup in a text that holds a mention


@dataclass
class Sheet:
    """`opens` says which intents open a form; `nonce` is that of the dialog it is drawn in, or empty on a post."""

    opens: Callable[[Any], bool]
    nonce: str = ""
    _names: dict[str, str] = field(default_factory=dict)

    def pings(self, value: object) -> bool:
        """Whether somebody is to be mentioned here: nobody is within a dialog, which only one person sees."""
        return isinstance(value, Person) and value.ping and bool(value.user) and not self.nonce

    def mention(self, person: Person) -> str:
        """The mark of a mention; two people of one name are told apart by a number, because Teams goes by the text."""
        name = base = " ".join(_NO_NAME.sub(" ", clean(person.name)).split())[:60] or "…"
        number = 1
        while self._names.setdefault(name, person.user) != person.user:
            number += 1
            name = f"{base} {number}"
        return f"<at>{name}</at>"

    def entities(self, body: list[Data]) -> list[Data]:
        """Who is mentioned in what was left on the card."""
        if not self._names:
            return []
        shown = str(body)
        people = [(f"<at>{name}</at>", name, user) for name, user in self._names.items()]
        return [
            {"type": "mention", "text": text, "mentioned": {"id": user, "name": name}}
            for text, name, user in people
            if text in shown
        ]


WORDS = Sheet(lambda _intent: False, nonce="-")  # for words of which nothing comes back and nobody is mentioned
