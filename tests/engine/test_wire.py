"""The names under which things travel: unknown fields are passed over, unknown names refused, holes stay holes."""

import json
from dataclasses import dataclass, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dialogs
from bot import wire
from bot.events import Event, Place
from bot.ids import new_id
from bot.items import Priority
from bot.questions import MISSING, missing
from bot.wire import Unreadable, adapter, build, kinds, knows, named, pack, unpack
from dialogs.intents import Prioritise
from tests.engine.tiny import Say
from tests.samples import sample

dialogs.routes()


def test_every_named_kind_comes_back_as_it_was_packed() -> None:
    for name, kind in kinds().items():
        thing = sample(kind, **{each.name: "x" for each in fields(kind) if each.name == "intent"})
        assert unpack(pack(thing)) == thing, name


def test_a_hole_that_nobody_filled_stays_a_hole() -> None:
    packed = pack(Prioritise("i1"))
    assert packed == 'item.prioritise {"item":"i1"}'
    assert unpack(packed).priority is MISSING
    assert missing(unpack(packed)) == ["priority"]
    assert unpack(packed, priority="High").priority is Priority.HIGH


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    assert unpack('tiny.say {"text":"x","from_the_future":[1]}') == Say("x")


def test_an_event_of_a_newer_version_is_read_without_what_is_new() -> None:
    event = {"key": "k", "how": "mention", "at": "2026-11-23T10:00:00Z", "hue": 3}
    event["place"] = {"platform": "p", "tenant": "t", "channel": "c", "planet": "earth"}
    read = adapter(Event).validate_json(json.dumps(event))
    assert (read.key, read.place, read.text) == ("k", Place("p", "t", "c"), "")


@pytest.mark.parametrize(
    "packed",
    ["", "none.such", "tiny.say", "tiny.say {", "tiny.say []", "tiny.say null", 'tiny.say {"text":{}}', "tiny.say 7",
     'tiny.say {"other":"x"}', 'item.prioritise {"item":"i","priority":"Sky-high"}', "tiny.say " + "[" * 200_000],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(packed: str) -> None:
    with pytest.raises(Unreadable):
        unpack(packed)


@given(
    st.text(max_size=40), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)
)
def test_whatever_somebody_sends_is_read_or_refused(name: str, body: Any) -> None:
    for packed in (f"{name} {json.dumps(body)}", f"tiny.say {json.dumps({'text': body})}", f"tiny.later {name}"):
        try:
            unpack(packed)
        except Unreadable:
            continue


def test_what_arrives_in_a_control_is_clean() -> None:
    packed = "tiny.say " + json.dumps({"text": "a\x00b\ud800c\u202ed"})
    assert unpack(packed) == Say("abcd")


def test_two_kinds_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="Say"):

        @named("tiny.say")
        @dataclass(frozen=True)
        class Other:
            text: str


def test_a_version_knows_what_it_knows() -> None:
    assert (knows("tiny.say {}"), knows("tiny.say"), knows("newer.say {}")) == (True, True, False)


def test_defaults_do_not_travel() -> None:
    assert pack(Place("p", "t", "c")) == 'place.at {"platform":"p","tenant":"t","channel":"c"}'


def test_types_are_checked_where_things_are_read() -> None:
    with pytest.raises(wire.ValidationError):
        build(Say, {"text": 7})


def test_ids_are_opaque_unique_and_later_ones_sort_later() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(set(made))
    assert {len(each) for each in made} == {20}
