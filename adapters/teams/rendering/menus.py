"""The dialog of a menu: one choice, or the deed itself where it only asks whether it is meant."""

from collections.abc import Sequence

from adapters.teams import limits
from adapters.teams.rendering.controls import Option, submit
from adapters.teams.rendering.render import bare
from adapters.teams.rendering.runs import drawn, lines, short
from adapters.teams.rendering.sheet import WORDS, Data
from bot.messages import Words
from bot.words import say

CHOICE = "choice"
CHOOSE = "Choose"


def menu(label: str, options: Sequence[Option], chosen: int | None, nonce: str, question: str = "") -> Data:
    """The card of a dialog in which one of the options is chosen. Raises ValueError where there is none.

    `question` stands above; where it asks about a single option, that is a button.
    """
    if not options:
        raise ValueError("a menu without options")
    label = short(label, limits.LABEL)
    above = [drawn(line, WORDS) for line in lines(Words("{text}", {"text": question}))]
    if question and len(options) == 1:
        [(title, intent)] = options
        return bare(
            above, label, actions=[submit(short(title, limits.LABEL), {"i": intent}, nonce, style="destructive")]
        )
    body = [*above, _choice(label, options, chosen)]
    return bare(body, label, actions=[submit(CHOOSE, {"p": 1}, nonce, style="positive")])


def _choice(label: str, options: Sequence[Option], chosen: int | None) -> Data:
    drawn: Data = {
        "type": "Input.ChoiceSet",
        "id": CHOICE,
        "label": label,
        "isRequired": True,
        "errorMessage": say("machine.needed").template,
        "style": "expanded" if len(options) <= limits.EXPANDED else "compact",
        "placeholder": CHOOSE,
        "wrap": True,
        "choices": [{"title": short(title, limits.LABEL), "value": intent} for title, intent in options],
    }
    return drawn | ({"value": options[chosen][1]} if chosen is not None and 0 <= chosen < len(options) else {})
