"""Buttons, menus and links as Teams' actions; each carries its packed intent under `bmm`."""

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.teams import limits
from adapters.teams.rendering.runs import flat, short, web
from adapters.teams.rendering.sheet import Data, Sheet
from bot.messages import Button, Choice, Control, Link, Words
from bot.wire import pack

Option = tuple[str, str]  # a label, and the packed intent that it becomes

_STYLES = {"plain": {}, "primary": {"style": "positive"}, "danger": {"style": "destructive"}}
_FETCH = {"msteams": {"type": "task/fetch"}}  # opens a dialog, which is answered with its card


class TooLong(ValueError):
    """A control carries more than Teams takes."""


def action(control: Control, sheet: Sheet) -> Data | None:
    """One control as an action; none where there is nothing to choose, or the link leads nowhere."""
    match control:
        case Button():
            return _button(control, sheet)
        case Choice():
            return _menu(control, sheet) if control.options else None
        case Link():
            title = short(control.label, limits.LABEL)
            return {"type": "Action.OpenUrl", "title": title, "url": control.url} if web(control.url) else None


def actions(controls: Iterable[Control], sheet: Sheet) -> list[Data]:
    """These controls beside one another, or nothing where there are none."""
    drawn = [each for each in (action(control, sheet) for control in controls) if each is not None]
    return [{"type": "ActionSet", "actions": drawn}] if drawn else []


def submit(title: str, carried: Data, nonce: str = "", **more: Any) -> Data:
    """What comes back as a submit, out of the dialog with this nonce."""
    data = {"bmm": carried | ({"n": nonce} if nonce else {})}
    return {"type": "Action.Submit", "title": title, "data": data, **more}


def options(choice: Choice) -> list[Option]:
    """The options of a menu; what asks first asks in its label, because choosing and pressing are two steps already."""
    return [(_asking(each), packed(each.intent)) for each in choice.options]


def packed(intent: Any) -> str:
    """What a control becomes. Raises TooLong."""
    text = pack(intent)
    if len(text) > limits.INTENT:
        raise TooLong(f"an intent of {len(text)} characters")
    return text


def _asking(button: Button) -> str:
    if button.confirm is None:
        return flat(button.label, limits.LABEL)
    return flat(Words("{label}: {asks}", {"label": button.label, "asks": button.confirm}), limits.LABEL)


def _button(button: Button, sheet: Sheet) -> Data:
    title, text, style = flat(button.label, limits.LABEL), packed(button.intent), _STYLES[button.style]
    if button.confirm is not None:
        menu = _carried(title, [(title, text)], None, flat(button.confirm, limits.TEXT))
        return _opening(title, menu, sheet) | style
    if sheet.nonce:
        return submit(title, {"i": text}, sheet.nonce, associatedInputs="none", **style)
    if sheet.opens(button.intent):
        return _opening(title, {"i": text}, sheet) | style
    data = {"bmm": {"i": text}}
    fallback = {"type": "Action.Submit", "title": title, "data": data, **style}
    return {"type": "Action.Execute", "title": title, "verb": "press", "data": data, **style, "fallback": fallback}


def _menu(choice: Choice, sheet: Sheet) -> Data:
    label = flat(choice.label, limits.LABEL)
    return _opening(label, _carried(label, options(choice), choice.chosen), sheet)


def _carried(label: str, given: Sequence[Option], chosen: int | None, words: str = "") -> Data:
    """What a menu carries to its dialog: label, options, the chosen one, and words that stand above them."""
    fitting = list(given)
    while limits.escaped_weight(fitting) > limits.MENU_BYTES and len(fitting) > 1:
        fitting.pop()
    left = len(given) - len(fitting)
    words = words or (f"… and {left} more" if left else "")
    menu: Data = {"l": label, "o": [list(each) for each in fitting]}
    if chosen is not None and 0 <= chosen < len(fitting):
        menu["c"] = chosen
    return {"m": menu | ({"q": words} if words else {})}


def _opening(title: str, carried: Data, sheet: Sheet) -> Data:
    """What opens a dialog, or within one puts another in its place."""
    if sheet.nonce:
        return submit(title, carried, sheet.nonce, associatedInputs="none")
    drawn = submit(title, carried)
    return drawn | {"data": _FETCH | drawn["data"]}
