"""The dialogs of the fake Teams: a card that stands over the page before one person, and what they fill into it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Payload = dict[str, Any]

CHOICE = "choice"  # the id of the input of a menu's dialog


@dataclass(frozen=True)
class Dialog:
    """What stands open. `origin` is the conversation of the click that opened it, as activities carry it.

    `command` is what a message extension repeats with what is submitted, empty for a dialog of a card.
    """

    id: str
    title: str
    card: Payload = field(repr=False)
    origin: Payload = field(repr=False)
    command: Payload = field(default_factory=dict, repr=False)

    @property
    def inputs(self) -> list[Payload]:
        """What it asks for."""
        return [each for each in parts(self.card) if str(each.get("type", "")).startswith("Input.")]

    @property
    def submit(self) -> Payload:
        """The action that sends what was filled in: the last one that opens nothing. Raises LookupError."""
        found = [each for each in actions(self.card) if each["type"] == "Action.Submit"]
        if not found:
            raise LookupError(f"nothing to submit in {self.title!r}")
        own = [each for each in found if {"f", "p"} & set(each.get("data", {}).get("bmm", {}))]
        return (own or found)[-1]

    def picking(self, value: str) -> tuple[dict[str, str], Payload | None]:
        """How an option of a menu is picked: as the value of its input, or by the button that does it at once."""
        if any(each["id"] == CHOICE for each in self.inputs):
            return {CHOICE: value}, None
        found = (each for each in actions(self.card) if each.get("data", {}).get("bmm", {}).get("i") == value)
        return {}, next(found, self.submit)

    def filled(self, values: dict[str, str]) -> dict[str, str]:
        """The values of its inputs: what is given, and what stood there already. Raises LookupError."""
        inputs = {each["id"]: each for each in self.inputs}
        if strange := set(values) - set(inputs):
            raise LookupError(f"{sorted(strange)} is none of {list(inputs)}")
        whole = {id: values.get(id, str(each.get("value", ""))) for id, each in inputs.items()}
        for id, each in inputs.items():
            _check(each, whole[id])
        return {id: value for id, value in whole.items() if value}  # what is empty is not sent

    def lacking(self, values: dict[str, str]) -> dict[str, str]:
        """What the client itself refuses to send, by input: a required one that is empty, with the card's own words."""
        whole = self.filled(values)
        wanted = [each for each in self.inputs if each.get("isRequired") and not whole.get(each["id"], "").strip()]
        return {each["id"]: str(each.get("errorMessage") or "This is required.") for each in wanted}


def _check(asked: Payload, value: str) -> None:
    """Nobody can fill in what the input does not take."""
    choices = {each["value"] for each in asked.get("choices", [])}
    if asked["type"] == "Input.ChoiceSet" and value and value not in choices:
        raise LookupError(f"{value!r} is none of the choices of {asked['id']}")
    if len(value) > int(asked.get("maxLength") or len(value)):
        raise LookupError(f"{asked['id']} takes {asked['maxLength']} characters")


def parts(thing: Any) -> Iterator[Payload]:
    """Every object within."""
    if isinstance(thing, dict):
        yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for each in thing:
            yield from parts(each)


def actions(card: Payload) -> Iterator[Payload]:
    """Every action of a card, in order; not those that stand behind another where it is not known."""
    for each in _without_fallback(card):
        if str(each.get("type", "")).startswith("Action."):
            yield each


def _without_fallback(thing: Any) -> Iterator[Payload]:
    if isinstance(thing, dict):
        yield thing
        for name, value in thing.items():
            if name not in ("fallback", "refresh", "data"):
                yield from _without_fallback(value)
    elif isinstance(thing, list):
        for each in thing:
            yield from _without_fallback(each)
