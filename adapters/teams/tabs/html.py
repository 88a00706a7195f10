"""Draws the words of the UI as fragments of HTML; whatever people wrote is escaped here and nowhere else.

The page carries times into the reader's zone and does what `data-intent`, `data-confirm` and `aria-haspopup` say.
"""

from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from adapters.teams.commands import plain, runs
from bot.messages import (
    Bar,
    Bars,
    Block,
    Button,
    Choice,
    Controls,
    Divider,
    Facts,
    Heading,
    Link,
    Listing,
    Message,
    Person,
    Quote,
    Row,
    Span,
    Text,
    When,
    Words,
    moment,
)
from bot.wire import pack

Opens = Callable[[Any], bool]  # whether a control of this intent opens a form

_QUOTED = 600  # characters of a quotation that are shown before it is unfolded
_SHORT = 240  # characters of private words that need no dialog


def message(drawn: Message, opens: Opens, level: int = 1) -> str:
    """The view as sections, divided where it divides; `level` is that of its first heading."""
    parts = groupby(drawn.blocks or (Text(drawn.summary),), key=lambda each: isinstance(each, Divider))
    sections = [tuple(part) for is_line, part in parts if not is_line]
    return "".join(
        f"<section>{''.join(block(each, opens, level + (number > 0)) for each in section)}</section>"
        for number, section in enumerate(sections)
    )


def titled(drawn: Message) -> tuple[str, Message]:
    """What to call it, as plain text, and what else it says: a dialog has a line of its own for the heading."""
    match drawn.blocks:
        case (Heading(words), _, *_):
            return plain(words), Message(drawn.summary, drawn.blocks[1:])
        case _:
            return "bmm", drawn


def is_short(drawn: Message) -> bool:
    """Whether a line beside the page says it as well as a dialog: a sentence, perhaps with a way back."""
    sentences = [each for each in drawn.blocks if isinstance(each, Text)]
    buttons = [item for each in drawn.blocks if isinstance(each, Controls) for item in each.items]
    rest = [each for each in drawn.blocks if not isinstance(each, Text | Controls)]
    few = len(sentences) <= 1 and len(buttons) <= 2 and not any(isinstance(each, Choice) for each in buttons)
    return few and not rest and len(plain(drawn.summary)) <= _SHORT


def block(drawn: Block, opens: Opens, level: int) -> str:
    """One block; headings within it stand one level below."""
    match drawn:
        case Heading():
            return f"<h{level}>{words(drawn.words)}</h{level}>"
        case Text():
            return f'<p class="{drawn.tone}">{words(drawn.words)}</p>'
        case Quote():
            return _quote(drawn.text)
        case Facts():
            pairs = (f"<div><dt>{words(label)}</dt><dd>{words(value)}</dd></div>" for label, value in drawn.rows)
            return f"<dl>{''.join(pairs)}</dl>" if drawn.rows else ""
        case Listing():
            return _listing(drawn, opens, level + 1)
        case Bars():
            return f'<ul class="bars">{"".join(_bar(each, drawn.total) for each in drawn.rows)}</ul>'
        case Controls():
            named = f' role="group" aria-label="{escape(plain(drawn.label))}"' if drawn.label else ""
            return f'<div class="controls"{named}>{"".join(control(each, opens) for each in drawn.items)}</div>'
        case Divider():
            return "<hr>"


def control(drawn: Button | Choice | Link, opens: Opens) -> str:
    """One control; what it becomes travels packed."""
    match drawn:
        case Button():
            return _button(drawn, opens)
        case Choice():
            return _menu(drawn, opens)
        case Link():
            return _link(drawn, "button")


def words(drawn: Words) -> str:
    """A sentence, its lines broken where it breaks them."""
    return "<br>".join(_lines(drawn))


def href(url: str) -> str:
    """The address, if it leads to the web; empty for what must not be followed."""
    if any(char <= " " or char == "\\" for char in url):  # browsers drop or turn these, and so change the address
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


# --- the parts of a sentence


def _lines(drawn: Words) -> list[str]:
    lines = [""]
    for span in runs(drawn):
        first, *others = (_marked(each, span) for each in _run(span))
        lines[-1] += first
        lines += others
    return lines


def _run(span: Span) -> list[str]:
    """One run as HTML, by line."""
    match span.value:
        case Person() as person:
            return [f'<span class="person">{escape(person.name)}</span>']
        case When() as when:
            at = escape(when.at.isoformat())
            return [f'<time datetime="{at}" data-form="{when.form}">{escape(moment(when))}</time>']
        case Link() as link:
            return [_link(link)]
        case text:
            return [escape(line) for line in text.split("\n")]


def _marked(run: str, span: Span) -> str:
    for tag, is_so in (("code", span.code), ("em", span.italic), ("strong", span.bold)):
        run = f"<{tag}>{run}</{tag}>" if is_so and run else run
    return run


def _link(link: Link, kind: str = "") -> str:
    url, label = href(link.url), escape(link.label)
    drawn = f' class="{kind}"' if kind else ""
    return f'<a href="{escape(url)}"{drawn} target="_blank" rel="noopener noreferrer">{label}</a>' if url else label


# --- the parts of a block


def _quote(text: str) -> str:
    if len(text) <= _QUOTED:
        return f"<blockquote>{escape(text)}</blockquote>"
    cut = text.rfind(" ", _QUOTED // 2, _QUOTED) + 1 or _QUOTED
    more = f"<details><summary>Show the rest</summary>{escape(text[cut:])}</details>"
    return f"<blockquote>{escape(text[:cut])}{more}</blockquote>"


def _listing(drawn: Listing, opens: Opens, level: int) -> str:
    def parts() -> Iterator[str]:
        if drawn.title is not None:
            yield f"<h{level}>{words(drawn.title)}</h{level}>"
        if drawn.rows:
            yield f"<ul>{''.join(_row(each, opens) for each in drawn.rows)}</ul>"
        if drawn.more is not None:
            yield f'<p class="quiet">{words(drawn.more)}</p>'

    return f'<div class="listing">{"".join(parts())}</div>'


def _row(row: Row, opens: Opens) -> str:
    first, *others = _lines(row.words)
    below = f'<p class="quiet">{"<br>".join(others)}</p>' if others else ""
    return f"<li><div><p>{first}</p>{below}</div>{control(row.control, opens) if row.control else ''}</li>"


def _bar(bar: Bar, total: int) -> str:
    """The label, the bar as a picture, and the same in words."""
    width = round(100 * min(bar.count / total, 1)) if total > 0 else 0
    full = f'<rect width="100" height="8"/><rect class="full" width="{width}" height="8"/>'
    picture = f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{full}</svg>'
    mark = f'<span class="mark">{words(bar.mark)}</span>' if bar.mark else ""
    return f"<li><span>{words(bar.label)}</span>{picture}<span>{bar.count} of {total}</span>{mark}</li>"


def _button(button: Button, opens: Opens, more: str = "") -> str:
    more += f' data-confirm="{escape(plain(button.confirm))}"' if button.confirm else ""
    more += ' aria-haspopup="dialog"' if opens(button.intent) else ""
    carried = f'data-intent="{escape(pack(button.intent))}"'
    return f'<button type="button" class="{button.style}" {carried}{more}>{words(button.label)}</button>'


def _menu(choice: Choice, opens: Opens) -> str:
    if not choice.options:
        return ""
    label = words(choice.label)
    chosen = choice.options[choice.chosen] if choice.chosen is not None else None
    shown = f'{label} <span class="chosen">{words(chosen.label)}</span>' if chosen else label
    marks = (' aria-current="true"' if each is chosen else "" for each in choice.options)
    options = "".join(_button(each, opens, mark) for each, mark in zip(choice.options, marks, strict=True))
    group = f'<div role="group" aria-label="{escape(plain(choice.label))}">{options}</div>'
    return f'<details class="menu"><summary>{shown}</summary>{group}</details>'
