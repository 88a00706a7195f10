"""Buttons, menus and links as elements of Slack's blocks; each carries its packed intent."""

from typing import Any

from adapters.slack import limits
from adapters.slack.rendering.runs import flat, fold, web
from bot.cleaning import clean
from bot.messages import Button, Choice, Link, Words
from bot.wire import pack

Data = dict[str, Any]

_CANCEL = "Cancel"


class TooLong(ValueError):
    """A control carries more than Slack takes."""


def plain_text(text: str) -> Data:
    """A text object in which nothing is markup, nor an emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def labelled(words: Words, most: int) -> Data:
    """A sentence as such a text object."""
    return plain_text(flat(words, most))


def elements(control: Button | Choice | Link) -> list[Data]:
    """One control as elements: a menu that Slack could not hold becomes one button for each option."""
    match control:
        case Button():
            return [_button(control)]
        case Choice():
            return [_menu(control)] if _is_menu(control) else [_button(each) for each in control.options]
        case Link():
            text = plain_text(fold(clean(control.label).strip(), limits.BUTTON_TEXT) or "…")
            return [{"type": "button", "text": text, "url": control.url}] if web(control.url) else []


def options(pairs: list[Data], chosen: int | None) -> Data:
    """The options of a menu, in groups where they are many, and the chosen one."""
    pairs = pairs[: limits.OPTIONS * limits.OPTION_GROUPS]
    drawn: Data = {"options": pairs} if len(pairs) <= limits.OPTIONS else {"option_groups": _groups(pairs)}
    if chosen is not None and 0 <= chosen < len(pairs):
        drawn["initial_option"] = pairs[chosen]
    return drawn


def option(label: Words, value: str) -> Data:
    """One option. Raises TooLong for a value that Slack would not take."""
    if not 1 <= len(value) <= limits.OPTION_VALUE:
        raise TooLong(f"an option of {len(value)} characters")
    return {"text": labelled(label, limits.OPTION_TEXT), "value": value}


def _groups(pairs: list[Data]) -> list[Data]:
    chunks = [pairs[start : start + limits.OPTIONS] for start in range(0, len(pairs), limits.OPTIONS)]
    starts = range(1, len(pairs) + 1, limits.OPTIONS)
    return [
        {"label": plain_text(f"{start}–{start + len(chunk) - 1}"), "options": chunk}
        for start, chunk in zip(starts, chunks, strict=True)
    ]


def _is_menu(choice: Choice) -> bool:
    """Whether every option fits: menus carry little, and confirm nothing of a single option."""
    return bool(choice.options) and all(
        len(pack(each.intent)) <= limits.OPTION_VALUE and each.confirm is None for each in choice.options
    )


def _menu(choice: Choice) -> Data:
    drawn = options([option(each.label, pack(each.intent)) for each in choice.options], choice.chosen)
    return {"type": "static_select", "placeholder": labelled(choice.label, limits.PLACEHOLDER)} | drawn


def _button(button: Button) -> Data:
    value = pack(button.intent)
    if len(value) > limits.BUTTON_VALUE:
        raise TooLong(f"a button of {len(value)} characters")
    drawn: Data = {"type": "button", "text": labelled(button.label, limits.BUTTON_TEXT), "value": value}
    if button.style != "plain":
        drawn["style"] = button.style
    if button.confirm is not None:
        drawn["confirm"] = {
            "title": labelled(button.label, limits.CONFIRM_TITLE),
            "text": labelled(button.confirm, limits.CONFIRM_TEXT),
            "confirm": labelled(button.label, limits.CONFIRM_LABEL),
            "deny": plain_text(_CANCEL),
        }
    return drawn
