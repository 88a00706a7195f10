"""The gallery: every word of the UI, with short, long and awkward data, is taken by Slack and shows text as text."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from adapters.slack import limits
from adapters.slack.rendering import render
from adapters.slack.rendering.controls import TooLong
from bot.messages import (
    Bar,
    Bars,
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
    Text,
    When,
    Words,
)
from tests.adapters.slack.slack_stage import AWKWARD, Press
from tests.fakes.slack_contract import problems_of_blocks
from tests.fakes.slack_seen import lines_of, parts

MOMENT = When(datetime(2026, 11, 27, 8, tzinfo=UTC), "both", "Europe/Berlin")


def button(text: str, n: int = 0, **more: Any) -> Button:
    return Button(Words("{t}", {"t": text}), Press(str(n)), **more)


def gallery(t: str) -> Iterator[Message]:
    """Messages of every word of the UI, drawn with `t` wherever people's text may stand."""
    said = Words("**{t}** and _{t}_ by {p} at {w}, see {l}, {d} `{t}`", {
        "t": t, "p": Person("anna", t or "Anna", ping=True), "w": MOMENT, "l": Link(t, "https://a.b/?x=1&y=2"),
        "d": date(2026, 11, 27),
    })  # fmt: skip
    plainly = Words("{t}", {"t": t})
    menu = Choice(plainly, tuple(button(f"{t}{n}", n) for n in range(13)), chosen=2)
    yield Message(plainly)
    yield Message(said, (Heading(plainly), Text(said), Text(said, "quiet"), Text(said, "warning"), Divider(), Quote(t)))
    yield Message(said, (Facts(((plainly, said), (said, plainly))), Facts(tuple((plainly, said) for _ in range(40)))))
    rows = (Row(said), Row(plainly, button(t)), Row(said, menu), Row(plainly))
    yield Message(said, (Listing(plainly, rows, said), Listing(None, ()), Listing(None, (Row(plainly),) * 200)))
    controlled = tuple(Row(plainly, button(t, n)) for n in range(200))
    yield Message(
        said, (Heading(plainly), Listing(plainly, controlled), Listing(plainly, controlled), Controls((menu,)))
    )
    yield Message(said, (Bars((Bar(plainly, 3, said), Bar(said, 0), Bar(plainly, 7)), 7), Bars((Bar(plainly, 0),), 0)))
    pressed = (button(t, 1, style="primary"), button(t, 2, style="danger", confirm=said), menu, Link(t, "https://a.b"))
    yield Message(said, (Controls(pressed), Controls(tuple(button(t, n) for n in range(60))), Controls(())))
    yield Message(said, tuple(Text(said) for _ in range(120)))
    yield Message(
        said, (Controls((Choice(plainly, tuple(button(t, n) for n in range(350))), Link(t, "javascript:x"))),)
    )


@pytest.mark.parametrize("name", AWKWARD)
def test_every_view_is_what_slack_takes(name: str) -> None:
    for message in gallery(AWKWARD[name]):
        drawn = render.message(message)
        json.dumps(drawn, ensure_ascii=False).encode()
        assert 1 <= len(drawn["text"]) <= limits.SUMMARY
        assert drawn["blocks"] == [] or problems_of_blocks(drawn["blocks"]) == []
        for block in drawn["blocks"]:
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.to_dict()  # raises where a length of slack_sdk.models is broken


@pytest.mark.parametrize("name", AWKWARD)
def test_what_people_wrote_is_never_markup(name: str) -> None:
    for message in gallery(AWKWARD[name]):
        drawn = render.message(message)
        users = [each["user_id"] for each in parts(drawn["blocks"]) if each.get("type") == "user"]
        assert set(users) <= {"U1ANNA"}
        assert not [
            each for each in parts(drawn["blocks"]) if each.get("type") in ("broadcast", "usergroup", "channel")
        ]
        assert "<" not in drawn["text"]
        for each in parts(drawn["blocks"]):
            if each.get("type") == "mrkdwn":
                assert_harmless(each["text"])
            assert str(each.get("url", "https://a.b")).startswith("https://a.b")


def assert_harmless(text: str) -> None:
    """Nothing in it is a token but dates, links and pings of ours."""
    for token in text.split("<")[1:]:
        assert token.startswith(("!date^1795766400^", "https://a.b/?x=1&y=2|", "@U1ANNA>"))


def test_awkward_text_stays_readable() -> None:
    said = "<!channel> *bold* _x_ :tada: R&D"
    rows = Listing(
        None, (Row(Words("{t}", {"t": said}), button("Go")), Row(Words("{t}", {"t": "plain"}), button("Go")))
    )
    drawn = render.message(Message(Words("{t}", {"t": said}), (Text(Words("{t}", {"t": said}), "quiet"), rows)))
    assert [line for block in drawn["blocks"] for line in lines_of(block)] == [said, said, "plain"]
    assert drawn["text"] == "&lt;!channel&gt; *bold* _x_ :tada: R&amp;D"


def test_our_own_markup_is_drawn() -> None:
    words = Words("**{k}** logged by {p}, _soon_", {"k": "OPS-42", "p": Person("anna", "Anna")})
    [block] = render.message(Message(words, (Text(words),)))["blocks"]
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "OPS-42", "style": {"bold": True}},
        {"type": "text", "text": " logged by "},
        {"type": "text", "text": "Anna"},
        {"type": "text", "text": ", "},
        {"type": "text", "text": "soon", "style": {"italic": True}},
    ]
    listed = Message(words, (Listing(None, (Row(words, button("Go")),)),))
    [row] = render.message(listed)["blocks"]
    assert row["text"]["text"] == "*OPS-42* logged by Anna, _soon_"


def test_only_who_must_act_is_pinged_and_only_where_they_are_known() -> None:
    people = Words(
        "{a} {b} {c}",
        {"a": Person("anna", "Anna", True, "U1ANNA"), "b": Person("ben", "Ben"), "c": Person("x", "Xi", True)},
    )
    [block] = render.message(Message(people, (Text(people),)))["blocks"]
    assert lines_of(block) == ["<@U1ANNA> Ben Xi"]


def test_times_are_in_the_readers_zone_with_a_fallback() -> None:
    words = Words("{w}", {"w": MOMENT})
    [block] = render.message(Message(words, (Text(words),)))["blocks"]
    [run] = block["elements"][0]["elements"]
    assert run == {
        "type": "date",
        "timestamp": 1795766400,
        "format": "{date_short_pretty}, {time}",
        "fallback": "Fri 27 Nov 2026, 09:00",
    }


def test_long_lists_are_folded_with_a_count_and_controls_stay() -> None:
    rows = tuple(Row(Words("item {n}", {"n": n}), button("Go", n)) for n in range(200))
    blocks = render.message(Message(Words("x"), (Listing(Words("All"), rows), Controls((button("More"),)))))["blocks"]
    assert (len(blocks), blocks[-1]["type"]) == (50, "actions")
    assert lines_of(blocks[-2]) == ["… and 153 more"]


def test_bars_say_in_words_what_they_draw() -> None:
    bars = Bars((Bar(Words("5"), 3, Words("lowest")), Bar(Words("8"), 4)), 7)
    [block] = render.message(Message(Words("x"), (bars,)))["blocks"]
    assert lines_of(block) == ["■■■■□□□□□□ 3 of 7 · 5 · lowest", "■■■■■■□□□□ 4 of 7 · 8"]
    assert "code" not in str(block)  # which Slack draws in red


def test_a_choice_too_large_for_a_menu_becomes_buttons_and_a_single_option_may_ask_first() -> None:
    long = Choice(Words("Which"), (Button(Words("A"), Press("x" * 200)), Button(Words("B"), Press("2"))))
    asks = Choice(
        Words("Which"), (Button(Words("A"), Press("1"), confirm=Words("Sure?")), Button(Words("B"), Press("2")))
    )
    for choice in (long, asks):
        [block] = render.message(Message(Words("x"), (Controls((choice,)),)))["blocks"]
        assert [each["type"] for each in block["elements"]] == ["button", "button"]


def test_a_button_that_carries_too_much_is_an_error_and_not_a_broken_message() -> None:
    with pytest.raises(TooLong):
        render.message(Message(Words("x"), (Controls((Button(Words("A"), Press("x" * 3000)),)),)))


def test_buttons_of_rows_are_told_apart_by_who_hears_the_page() -> None:
    rows = tuple(Row(Words("**{k}** jams", {"k": key}), button("Open")) for key in ("OPS-1", "OPS-2", "x" * 200))
    blocks = render.message(Message(Words("x"), (Listing(None, rows),)))["blocks"]
    labels = [block["accessory"]["accessibility_label"] for block in blocks]
    assert labels[:2] == ["Open: OPS-1 jams", "Open: OPS-2 jams"]
    assert len(labels[2]) == 75
    assert {block["accessory"]["text"]["text"] for block in blocks} == {"Open"}


def test_a_view_holds_more_than_a_message_and_its_controls_stay() -> None:
    long = Message(
        Words("x"), (*(Text(Words("{t}", {"t": "w" * 2_000})) for _ in range(120)), Controls((button("Go"),)))
    )
    message, view = render.message(long)["blocks"], render.view(long)
    assert (len(message), len(view)) == (7, 100)
    assert [blocks[-2]["type"] for blocks in (message, view)] == ["actions", "actions"]
    assert [lines_of(blocks[-1]) for blocks in (message, view)] == [["… and 115 more"], ["… and 22 more"]]


def test_more_controls_than_a_message_holds_are_counted() -> None:
    many = Message(Words("x"), tuple(Controls((button("x" * 75, n),) * 25) for n in range(49)))
    blocks = render.message(many)["blocks"]
    assert limits.check(blocks) == []
    assert lines_of(blocks[-1]) == [f"… and {49 - len(blocks) + 1} more"]
