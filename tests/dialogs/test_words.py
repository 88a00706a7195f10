"""The catalogue of sentences: what the code says is there, what is there is said, and every blank is filled."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

import dialogs
from bot.forms import title_key
from bot.items import THREE_THINGS, Item
from bot.messages import Words, spans
from bot.questions import holes
from bot.standup import Part
from bot.triage import RULES
from bot.votes import Outcome, Purpose
from bot.wire import kinds, name_of
from bot.words import catalogue, knows

ROOT = Path(__file__).parents[2]
ROUTES = dialogs.routes()
SAID = catalogue()
DERIVED = {"rank", "search", "id", "board", "created_at", "origin", "permalink"}


@cache
def trees() -> tuple[ast.Module, ...]:
    files = [*(ROOT / "bot").glob("*.py"), *(ROOT / "dialogs").glob("*.py"), *(ROOT / "adapters").rglob("*.py")]
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in sorted(files))


def calls() -> Iterator[ast.Call]:
    """Every `say(…)` in the code."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                yield node


def texts() -> set[str]:
    """Every text in the code."""
    nodes = (node for tree in trees() for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def patterns() -> Iterator[re.Pattern[str]]:
    """The keys that the code makes of a beginning, as `meeting.title_…`; those of `listed` have none."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in node.values]
                if re.match(r"\w+\\\.\w", parts[0]):
                    yield re.compile("".join(parts))


def listed() -> Iterator[str]:
    """The keys that the code makes of names it knows: of outcomes, parts, things, fields and commands."""
    yield from (f"votes.{outcome}" for outcome in Outcome)
    yield from (f"standup.{part}" for part in Part)
    yield from (f"minutes.{name}" for name in ("parked", "later", "to_pm", "discarded"))
    yield from (f"minutes.{name}" for name in ("projects", "progress", "escalations"))
    yield from (f"things.{check.field}" for check in THREE_THINGS)
    yield from (f"fields.{each.name}" for each in fields(Item))
    yield from (f"commands.{command.name}" for command in ROUTES.commands)
    for each in ROUTES.shortcuts:
        title = "shortcuts." + each.name.replace(".", "_")
        yield from (title, f"{title}_about")


def asked() -> Iterator[str]:
    """The keys of the questions of every intent, and of its form's title."""
    for kind in ROUTES.handlers:
        for each in holes(kind).values():
            yield from (each.words, f"{each.words}_label", f"{each.words}_hint")
        if holes(kind):
            yield "forms." + name_of(kind).replace(".", "_")


def blanks(template: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", template))


def test_every_sentence_that_the_code_says_is_in_the_catalogue() -> None:
    literal = {str(call.args[0].value) for call in calls() if isinstance(call.args[0], ast.Constant)}
    assert len(literal) > 100
    assert {key for key in literal if not knows(key)} == set()


def test_every_sentence_of_the_catalogue_is_said_somewhere() -> None:
    said = texts() | set(asked()) | set(listed())
    shapes = list(patterns())
    assert {key for key in SAID if key not in said and not any(each.fullmatch(key) for each in shapes)} == set()


def test_every_blank_is_filled_and_nothing_is_given_for_nothing() -> None:
    wrong = []
    for call in calls():
        key = getattr(call.args[0], "value", None)
        if isinstance(key, str) and all(each.arg for each in call.keywords):
            given = {str(each.arg) for each in call.keywords}
            if given != blanks(SAID[key]):
                wrong.append((key, given, blanks(SAID[key])))
    assert wrong == []


@pytest.mark.parametrize("kind", [kind for kind in ROUTES.handlers if holes(kind)], ids=lambda kind: name_of(kind))
def test_every_question_has_its_words_its_label_and_its_form_a_title(kind: type) -> None:
    for each in holes(kind).values():
        assert knows(each.words)
        assert knows(f"{each.words}_label")
        assert not blanks(SAID[f"{each.words}_label"])
        assert blanks(SAID[each.words]) <= {"person"}
    assert knows("forms." + name_of(kind).replace(".", "_"))


def test_form_titles_are_named_as_their_intents() -> None:
    names = {"forms." + name.replace(".", "_") for name in kinds()}
    assert {key for key in SAID if key.startswith("forms.")} <= names
    assert title_key(ROUTES.commands[0].intent()) in names


def test_every_changing_field_of_an_item_has_a_name_for_the_history() -> None:
    assert [each.name for each in fields(Item) if each.name not in DERIVED and not knows(f"fields.{each.name}")] == []


def test_every_part_outcome_and_thing_has_its_words() -> None:
    keys = [f"standup.{part}" for part in Part]
    keys += [f"votes.{outcome}" for outcome in Outcome]
    keys += [f"votes.title_{purpose}" for purpose in Purpose]
    keys += [rule.words for rule in RULES.values()]
    keys += [f"things.{check.field}" for check in THREE_THINGS]
    assert [key for key in keys if not knows(key)] == []


def test_every_mark_of_a_sentence_is_closed() -> None:
    open_ones = []
    for key, template in SAID.items():
        *_, last = spans(Words(template + " end", dict.fromkeys(blanks(template), "x")))
        open_ones += [key] if last.bold or last.italic or last.code else []
    assert open_ones == []
