"""The HTML of the tabs as the harness shows it: lines and controls in reading order, and the fields of forms."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, Literal

from bot.messages import When, moment
from tests.harness import Asked, Control, SeenForm, joined
from tests.playground_house import ZONE

_VOID = ("br", "hr", "input", "rect")
_INPUTS = ("input", "select", "textarea")
_FORMS: dict[str, Literal["time", "day", "both"]] = {"time": "time", "day": "day", "both": "both"}


@dataclass
class Element:
    """An element with what stands in it."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    inside: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    def every(self, *tags: str) -> Iterator["Element"]:
        """All elements in it with these tags, in order."""
        for each in self.elements():
            if each.tag in tags:
                yield each
            yield from each.every(*tags)

    def elements(self) -> list["Element"]:
        """The elements right in it."""
        return [each for each in self.inside if isinstance(each, Element)]


class _Reader(HTMLParser):
    """Reads a fragment. Raises AssertionError where a tag is not closed, which a browser would mend."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        assert len(made.attributes) == len(attrs), f"an attribute twice in <{tag}>"
        self.open[-1].inside.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _VOID, f"a browser leaves <{tag}/> open"
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Element:
    """A fragment as what it consists of."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    (root,) = reader.open
    return root


def parts_of(html: str) -> tuple[str | Control, ...]:
    """What can be read and pressed, in reading order, with every menu and quotation unfolded."""
    return joined(_parts(read(html)))


def form_of(title: str, html: str, wrong: Mapping[str, str], raw: Any) -> SeenForm:
    """A form; `wrong` is what the server says of it, by the names of its fields."""
    (form,) = read(html).every("form")
    (above,) = (each for each in form.every("div") if "fields" in each.classes)
    fields = tuple(_asked(each) for each in above.elements() if "field" in each.classes)
    note = "\n".join(_text(each) for each in above.elements() if "quiet" in each.classes)
    labels = {each.name: each.label for each in fields}
    errors = tuple((labels.get(name, name), words) for name, words in wrong.items())
    return SeenForm(title, fields, errors, note, raw)


# --- what can be read and pressed


def _parts(element: Element) -> Iterator[str | Control]:
    for each in element.inside:
        if isinstance(each, str):
            assert not each.strip(), f"words outside of any line: {each!r}"
        else:
            yield from _PARTS.get(each.tag, _parts)(each)


def _line(element: Element) -> Iterator[str | Control]:
    yield _text(element)


def _fact(element: Element) -> Iterator[str | Control]:
    for pair in element.elements():
        label, value = pair.elements()
        yield f"{_text(label)}: {_text(value)}"


def _listing(element: Element) -> Iterator[str | Control]:
    if "bars" not in element.classes:
        yield from _parts(element)
        return
    for row in element.elements():  # as in the other houses: how many comes first
        label, count, *mark = (_text(each) for each in row.elements() if each.tag == "span")
        yield " · ".join([count, label, *mark])


def _button(element: Element) -> Iterator[str | Control]:
    yield Control(_text(element), element.attributes["data-intent"])


def _leading(element: Element) -> Iterator[str | Control]:
    assert "button" in element.classes, "a link outside of any line"
    yield Control(_text(element), url=element.attributes["href"])


def _folded(element: Element) -> Iterator[str | Control]:
    """A menu, called without what is chosen in it; or the rest of a quotation."""
    summary, *rest = element.inside
    assert isinstance(summary, Element)
    assert summary.tag == "summary"
    if "menu" not in element.classes:
        yield from (each if isinstance(each, str) else _text(each) for each in rest)
        return
    label = "".join(_run(each) for each in summary.inside if isinstance(each, str) or "chosen" not in each.classes)
    buttons = [control for each in element.every("button") for control in _button(each)]
    options = [(each.label, each.value) for each in buttons if isinstance(each, Control)]
    yield Control(label.strip(), options=tuple(options))


def _quote(element: Element) -> Iterator[str | Control]:
    for each in element.inside:
        yield from [each] if isinstance(each, str) else _folded(each)


_PARTS: dict[str, Callable[[Element], Iterator[str | Control]]] = {
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5"), _line),
    "dl": _fact,
    "ul": _listing,
    "button": _button,
    "a": _leading,
    "details": _folded,
    "blockquote": _quote,
}


def _text(element: Element) -> str:
    """The words in it; a time as the page shows it to somebody in the zone of these tests."""
    if element.tag == "time":
        at = datetime.fromisoformat(element.attributes["datetime"])
        return moment(When(at, _FORMS[element.attributes["data-form"]], ZONE))
    return "".join(map(_run, element.inside))


def _run(each: Element | str) -> str:
    if isinstance(each, str):
        return each
    return "\n" if each.tag == "br" else _text(each)


# --- fields


def _asked(element: Element) -> Asked:
    """One question, whose label and hint a screen reader finds by the ids that the input names."""
    (label,), (asked,) = element.every("label"), element.every(*_INPUTS)
    assert label.attributes["for"] == asked.attributes["id"]
    texts = {each.attributes["id"]: _text(each) for each in element.every("p")}
    described = asked.attributes["aria-describedby"].split()
    assert set(described) == set(texts)
    hint = next((texts[id] for id in described if id.endswith("-hint")), "")
    called = "".join(_run(each) for each in label.inside if isinstance(each, str)).strip()
    optional = "aria-required" not in asked.attributes
    options = tuple((each.attributes["value"], _text(each)) for each in asked.every("option"))
    return Asked(asked.attributes["name"], called, _kind(asked), _initial(asked), options, hint, optional)


def _kind(asked: Element) -> str:
    match asked.tag:
        case "select":
            values = [each.attributes["value"] for each in asked.every("option")]
            people = [each for each in values if each]
            return "person" if people and all(each.startswith("<@") for each in people) else "choice"
        case "textarea":
            return "lines"
        case _ if asked.attributes["type"] == "date":
            return "date"
        case _:
            return "number" if asked.attributes.get("inputmode") == "decimal" else "line"


def _initial(asked: Element) -> str:
    """What stands in an input before anybody touches it, as a browser has it."""
    match asked.tag:
        case "select":
            options = list(asked.every("option"))
            chosen = [each for each in options if "selected" in each.attributes]
            return (chosen or options)[0].attributes["value"]
        case "textarea":
            return _text(asked).removeprefix("\n")
        case _:
            return asked.attributes["value"]
