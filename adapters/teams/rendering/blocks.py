"""The blocks of a message as elements of a card."""

from collections.abc import Iterable

from adapters.teams import limits
from adapters.teams.rendering.controls import action, actions
from adapters.teams.rendering.runs import drawn, flat, fold, is_plain, joined, lines
from adapters.teams.rendering.sheet import WORDS, Data, Sheet
from bot.cleaning import clean
from bot.messages import Bar, Bars, Block, Controls, Divider, Facts, Heading, Listing, Quote, Row, Span, Text, Words

_BAR = 10  # signs of a whole bar
_QUIET: Data = {"size": "small", "isSubtle": True}
RULE: Data = {"type": "rule"}  # stands for the line above whatever comes next


def block(shown: Block, sheet: Sheet) -> list[Data]:
    """One block of ours as elements; none where there is nothing to show. Raises KeyError, TooLong."""
    match shown:
        case Heading():
            return _heading(shown.words)
        case Text():
            return _text(shown, sheet)
        case Quote():
            return _quote(shown.text)
        case Facts():
            return close([_fact(label, value, sheet) for label, value in shown.rows])
        case Listing():
            return _listing(shown, sheet)
        case Bars():
            return close(_bar(each, shown.total, sheet) for each in shown.rows)
        case Controls():
            return actions(shown.items, sheet)
        case Divider():
            return [RULE]


def close(elements: Iterable[Data], spacing: str = "small") -> list[Data]:
    """These elements with little between them."""
    first, *others = list(elements) or [{}]
    return [each for each in (first, *(other | {"spacing": spacing} for other in others)) if each]


def warning(line: list[Span], sheet: Sheet) -> Data:
    """A line that warns, behind a sign that says so."""
    return drawn([Span("⚠ ", ours=True), *line], sheet)


def quiet(line: list[Span], sheet: Sheet) -> Data:
    """Small print, close to what it is about."""
    return drawn(line, sheet, **_QUIET) | {"spacing": "small"}


def left_out(count: int) -> Data:
    """What says that `count` more were left out."""
    return quiet([Span(f"… and {count} more", ours=True)], WORDS)


def _heading(words: Words) -> list[Data]:
    """A heading by its role where Teams can read no markup in it, else as large bold text; the size is set later."""
    text = flat(words, limits.HEADING)
    if is_plain(text):
        return [
            {"type": "TextBlock", "text": text, "style": "heading", "size": "large", "weight": "bolder", "wrap": True}
        ]
    return [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, "size": "large", "weight": "bolder"}]}
    ]


def _text(shown: Text, sheet: Sheet) -> list[Data]:
    found = lines(shown.words)
    match shown.tone:
        case "quiet":
            return [quiet(line, sheet) for line in found]
        case "warning":
            return close((drawn(line, sheet) if n else warning(line, sheet) for n, line in enumerate(found)), "none")
        case "normal":
            return close((drawn(line, sheet) for line in found), "none")


def _quote(text: str) -> list[Data]:
    """What somebody wrote, line by line and folded, in a box of its own."""
    said = [line for line in fold(clean(text).strip(), limits.QUOTE).split("\n") if line.strip()]
    shown = [*said[: limits.QUOTE_LINES - 1], "…"] if len(said) > limits.QUOTE_LINES else said
    items = close((drawn([Span(line)], WORDS) for line in shown), "none")
    return [{"type": "Container", "style": "emphasis", "items": items}] if items else []


def _fact(label: Words, value: Words, sheet: Sheet) -> Data:
    named = Span(f"{flat(label, limits.LABEL)}: ", bold=True)
    return drawn([named, *joined(value, limits.FACT)], sheet)


def _bar(bar: Bar, total: int, sheet: Sheet) -> Data:
    """The bar first, so that bars stand below one another whatever their labels are; the count in words as well."""
    full = round(_BAR * min(bar.count / total, 1)) if total > 0 else 0
    full = max(full, 1) if bar.count > 0 else 0
    said = Span(f"{'■' * full}{'□' * (_BAR - full)} {bar.count} of {total} · ", ours=True)
    mark = [Span(" · "), *joined(bar.mark, limits.ROW)] if bar.mark else []
    return drawn([said, Span(flat(bar.label, limits.LABEL), bold=True), *mark], sheet)


# --- listings


def _listing(shown: Listing, sheet: Sheet) -> list[Data]:
    """Title, rows and what was left out."""
    title = [drawn(line, sheet, weight="bolder") for line in lines(shown.title, limits.HEADING)] if shown.title else []
    rows = [_row(each, sheet) for each in shown.rows[: limits.ROWS]]
    left = len(shown.rows) - len(rows)
    more = [left_out(left)] if left else [quiet(joined(shown.more, limits.ROW), sheet)] if shown.more else []
    spaced = (each | ({} if each["type"] == "ColumnSet" else {"spacing": "small"}) for each in rows)
    return [*title, *spaced, *more]


def _row(row: Row, sheet: Sheet) -> Data:
    """One line: with a bullet, or pressed as a whole where something can be done, which a label at its end says."""
    pressed = action(row.control, sheet) if row.control else None
    if pressed is None:
        return drawn([Span("• ", ours=True), *joined(row.words, limits.ROW)], sheet)
    first, *others = lines(row.words, limits.ROW) or [[Span("…")]]
    words = [drawn(first, sheet), *(drawn(line, sheet, **_QUIET) | {"spacing": "none"} for line in others)]
    label = {"type": "TextRun", "text": pressed["title"], "color": "accent", "weight": "bolder"}
    named = Words("{label}: {row}", {"label": pressed["title"], "row": row.words})
    return {
        "type": "ColumnSet",
        "columns": [_column("stretch", words), _column("auto", [{"type": "RichTextBlock", "inlines": [label]}])],
        "selectAction": pressed | {"title": flat(named, limits.LABEL)},
    }


def _column(width: str, items: list[Data]) -> Data:
    return {"type": "Column", "width": width, "items": items}
