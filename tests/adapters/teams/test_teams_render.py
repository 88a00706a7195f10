"""Every word of the UI, with short, long and awkward data, is taken by Teams and shows text as text."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.teams import limits
from adapters.teams.rendering import drawing
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
from bot.ports import Invalid
from tests.adapters.teams.teams_texts import AWKWARD, Press, opens
from tests.fakes.teams_contract import parts, problems_of_activity, problems_of_card, problems_of_post
from tests.needs import needs

Payload = dict[str, Any]

MOMENT = When(datetime(2026, 11, 27, 8, tzinfo=UTC), "both", "Europe/Berlin")
ANNA = Person("anna", "Anna Berg", True, "29:anna")


def w(text: str, **values: Any) -> Words:
    return Words("{t}", {"t": text}) if not values else Words(text, values)


def button(text: str, n: object = 0, **more: Any) -> Button:
    return Button(w(text), Press(str(n)), **more)


def card(*blocks: Any, **more: Any) -> Payload:
    return drawing.card(Message(w("Something happened."), blocks, **more), opens)


def body(*blocks: Any) -> list[Payload]:
    drawn: list[Payload] = card(*blocks)["body"]
    return drawn


def text_of(element: Payload) -> str:
    return str(element["text"]) if "text" in element else "".join(each["text"] for each in element["inlines"])


def titles(shown: Payload) -> list[list[str]]:
    return [[each["title"] for each in part["actions"]] for part in shown["body"] if part["type"] == "ActionSet"]


def gallery(t: str) -> Iterator[Message]:
    """Messages of every word of the UI, drawn with `t` wherever people's text may stand."""
    said = Words("**{t}** and _{t}_ by {p} at {w}, see {l}, {d} `{t}`", {
        "t": t, "p": Person("anna", t or "Anna", True, "29:anna"), "w": MOMENT, "l": Link(t, "https://a.b/(x)?y=1&z=2"),
        "d": date(2026, 11, 27),
    })  # fmt: skip
    plainly = w(t)
    menu = Choice(plainly, tuple(button(f"{t}{n}", n) for n in range(13)), chosen=2)
    yield Message(plainly)
    yield Message(said, (Heading(plainly), Text(said), Text(said, "quiet"), Text(said, "warning"), Divider(), Quote(t)))
    yield Message(said, (Facts(((plainly, said), (said, plainly))), Facts(tuple((plainly, said) for _ in range(40)))))
    rows = (Row(said), Row(plainly, button(t)), Row(said, menu), Row(plainly), Row(said, button(t, confirm=said)))
    yield Message(said, (Listing(plainly, rows, said), Listing(None, ()), Listing(None, (Row(plainly),) * 200)))
    controlled = tuple(Row(plainly, button(t, n)) for n in range(200))
    yield Message(said, (Heading(plainly), Listing(plainly, controlled), Listing(said, controlled), Controls((menu,))))
    yield Message(said, (Bars((Bar(plainly, 3, said), Bar(said, 0), Bar(plainly, 7)), 7), Bars((Bar(plainly, 0),), 0)))
    pressed = (button(t, 1, style="primary"), button(t, 2, style="danger", confirm=said), menu, Link(t, "https://a.b"))
    yield Message(said, (Controls(pressed), Controls(tuple(button(t, n) for n in range(60))), Controls(())))
    yield Message(said, tuple(Text(said) for _ in range(120)))
    yield Message(said, tuple(Controls((Link(t, f"https://a.b/{n}"), button(t, n))) for n in range(9)))
    many = Choice(plainly, tuple(button(t, n) for n in range(350)))
    yield Message(said, (Controls((many, Link(t, "javascript:x"), Choice(plainly, ()))), Divider()), (ANNA,) * 90)


@pytest.mark.parametrize("name", AWKWARD)
def test_every_view_is_what_teams_takes(name: str) -> None:
    for message in gallery(AWKWARD[name]):
        assert problems_of_activity(drawing.activity(message, opens)) == []
        assert problems_of_card(drawing.notice(message, opens, "n1")) == []


@pytest.mark.parametrize("name", AWKWARD)
def test_what_people_wrote_is_never_markup(name: str) -> None:
    for message in gallery(AWKWARD[name]):
        shown = drawing.card(message, opens)
        assert {each["mentioned"]["id"] for each in shown["msteams"]["entities"]} <= {"29:anna"}
        assert "<at>" not in shown["fallbackText"]
        for each in parts(shown["body"]):
            assert str(each.get("url", "https://a.b")).startswith("https://a.b")
            if each.get("type") == "TextBlock":
                assert_harmless(each["text"], [one["text"] for one in shown["msteams"]["entities"]])
            for name in ("text", "title", "label"):
                assert "{{DATE(" not in str(each.get(name, "")).replace("{{DATE(2026-11-27T08:00:00Z,SHORT)}}", "")


def assert_harmless(text: str, mentions: list[str]) -> None:
    """Nothing in it is a token, a tag, a link or a list but what is ours."""
    for ours in (*mentions, "{{DATE(2026-11-27T08:00:00Z,SHORT)}}", "{{TIME(2026-11-27T08:00:00Z)}}"):
        text = text.replace(ours, "")
    text = text.replace("](https://a.b/%28x%29?y=1&z=2)", "")
    for sign in ("{{", "<at", "<b", "](", "://", "www.", "&a", "&l", "&#"):
        assert sign not in text.lower()
    unescaped = text.replace("\\\\", "")
    for sign in "`~#|":
        assert unescaped.count(sign) == unescaped.count("\\" + sign)
    assert not text.startswith(("- ", "+ ", "1. ", "> ", "# "))


def test_awkward_text_stays_readable_where_it_is_drawn_in_runs() -> None:
    said = "<b> *bold* _x_ [a](b) R&D {key} # 1"
    [text] = body(Text(w(said)))
    assert (text["type"], text_of(text)) == ("RichTextBlock", said)


def test_beside_a_mention_or_a_time_markup_is_taken_from_what_people_wrote() -> None:
    [text] = body(Text(w("{p}: {t}", p=ANNA, t="*x* [a](b) {{DATE(1)}} </at>")))
    assert text["text"] == r"<at>Anna Berg</at>: \*x\* \[a\]" + "\u2060(b) {\u2060{\u2060DATE(1)}} <\u2060/at\\>"


def test_our_own_markup_is_drawn() -> None:
    [text] = body(Text(w("**{k}** logged by {p}, _soon_, with `{k}`", k="OPS-42", p=Person("anna", "Anna"))))
    assert text["inlines"] == [
        {"type": "TextRun", "text": "OPS-42", "weight": "bolder"},
        {"type": "TextRun", "text": " logged by Anna, "},
        {"type": "TextRun", "text": "soon", "italic": True},
        {"type": "TextRun", "text": ", with "},
        {"type": "TextRun", "text": "OPS-42", "fontType": "monospace"},
    ]
    [text] = body(Text(w("**{k}** until **{w}**, _soon_", k="OPS-42", w=When(MOMENT.at, "time"))))
    assert text["text"] == "**OPS-42** until **{{TIME(2026-11-27T08:00:00Z)}}**, _soon_"


def test_only_who_must_act_is_mentioned_and_only_where_they_are_known() -> None:
    people = w("{a} {b} {c}", a=ANNA, b=Person("ben", "Ben"), c=Person("x", "Xi", True))
    shown = card(Text(people))
    assert shown["body"][0]["text"] == "<at>Anna Berg</at> Ben Xi"
    assert shown["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Anna Berg</at>", "mentioned": {"id": "29:anna", "name": "Anna Berg"}}
    ]
    dialog = drawing.notice(Message(people, (Text(people),)), opens, "n1")
    assert (text_of(dialog["body"][0]), dialog["msteams"]["entities"]) == ("Anna Berg Ben Xi", [])


def test_two_people_of_one_name_are_told_apart() -> None:
    other = Person("other", "Anna Berg", True, "29:other")
    shown = card(Text(w("{a}", a=ANNA)), Text(w("{b} and {a}", a=ANNA, b=other)))
    assert [each["text"] for each in shown["body"]] == [
        "<at>Anna Berg</at>",
        "<at>Anna Berg 2</at> and <at>Anna Berg</at>",
    ]
    named = {each["text"]: each["mentioned"]["id"] for each in shown["msteams"]["entities"]}
    assert named == {"<at>Anna Berg</at>": "29:anna", "<at>Anna Berg 2</at>": "29:other"}


def test_times_are_in_the_readers_zone_and_days_are_days() -> None:
    [text] = body(Text(w("{w}, {d}", w=MOMENT, d=date(2026, 11, 27))))
    assert text["text"] == "{{DATE(2026-11-27T08:00:00Z,SHORT)}}, {{TIME(2026-11-27T08:00:00Z)}}, Fri 27 Nov 2026"
    assert drawing.card(Message(w("Ends {w}", w=MOMENT)), opens)["fallbackText"] == "Ends Fri 27 Nov 2026, 09:00"


def test_a_heading_is_one_by_its_role_unless_it_could_be_markup() -> None:
    first, second, third = body(
        Heading(w("OPS-42 logged")), Heading(w("Next: 9:30")), Heading(w("the *badge* printer"))
    )
    assert (first["style"], first["size"], second["style"], second["size"]) == ("heading", "large", "heading", "medium")
    assert third["inlines"] == [
        {"type": "TextRun", "text": "the *badge* printer", "size": "medium", "weight": "bolder"}
    ]


def test_a_warning_has_a_sign_and_small_print_is_subtle() -> None:
    warned, small = body(Text(w("Careful."), "warning"), Text(w("By the way."), "quiet"))
    assert text_of(warned) == "⚠ Careful."
    assert small["inlines"] == [{"type": "TextRun", "text": "By the way.", "size": "small", "isSubtle": True}]


def test_facts_are_lines_quotes_stand_in_a_box_and_a_line_divides() -> None:
    facts = Facts(((w("Lane"), w("BACKLOG")), (w("Due"), w("{w}", w=MOMENT))))
    lane, due, quote, text = body(facts, Quote("a\n\nb"), Divider(), Text(w("x")), Divider())
    assert (text_of(lane), due["type"]) == ("Lane: BACKLOG", "TextBlock")
    assert (quote["style"], [text_of(each) for each in quote["items"]]) == ("emphasis", ["a", "b"])
    assert text["separator"] is True


def test_bars_say_in_words_what_they_draw() -> None:
    bars = Bars((Bar(Words("5"), 3, Words("lowest")), Bar(Words("8"), 4)), 7)
    assert [text_of(each) for each in body(bars)] == ["■■■■□□□□□□ 3 of 7 · 5 · lowest", "■■■■■■□□□□ 4 of 7 · 8"]


def test_a_row_is_pressed_as_a_whole_and_says_so_to_who_hears_the_page() -> None:
    menu = Choice(w("What next?"), (button("Done", 1), button("Park", 2)))
    rows = (Row(w("**{k}** jams\nHigh", k="OPS-1"), button("Open", 1)), Row(w("y"), menu), Row(w("z")))
    title, pressed, chosen, plainly = body(Listing(w("All"), rows))
    words, label = pressed["columns"]
    assert [text_of(each) for each in words["items"]] == ["OPS-1 jams", "High"]
    assert label["items"][0]["inlines"] == [{"type": "TextRun", "text": "Open", "color": "accent", "weight": "bolder"}]
    assert pressed["selectAction"]["title"] == "Open: OPS-1 jams High"
    assert pressed["selectAction"]["data"] == {"bmm": {"i": 'texts.press {"id":"1"}'}}
    assert chosen["selectAction"]["data"]["msteams"] == {"type": "task/fetch"}
    assert (text_of(title), text_of(plainly)) == ("All", "• z")


def test_a_control_says_what_it_becomes_and_old_clients_have_a_way() -> None:
    [made] = body(Controls((button("Take it", 1, style="primary"),)))
    data = {"bmm": {"i": 'texts.press {"id":"1"}'}}
    old = {"type": "Action.Submit", "title": "Take it", "data": data, "style": "positive"}
    assert made["actions"] == [old | {"type": "Action.Execute", "verb": "press", "fallback": old}]


def test_what_opens_a_form_fetches_it_and_a_link_opens_the_web() -> None:
    edit = Button(w("Edit"), Press("1", "form"), "danger")
    [made] = body(Controls((edit, Link("Docs", "https://a.b"), Link("No", "javascript:alert(1)"))))
    form, link = made["actions"]
    assert form == {
        "type": "Action.Submit",
        "title": "Edit",
        "data": {"msteams": {"type": "task/fetch"}, "bmm": {"i": 'texts.press {"id":"1","choice":"form"}'}},
        "style": "destructive",
    }
    assert link == {"type": "Action.OpenUrl", "title": "Docs", "url": "https://a.b"}


def test_in_a_dialog_everything_comes_back_by_its_submit_with_its_nonce() -> None:
    menu = Choice(w("Move"), (button("a", 1), button("b", 2)), chosen=1)
    controls = Controls((button("Go", 1), Button(w("Edit"), Press("1", "form")), menu))
    shown = drawing.notice(Message(w("x"), (Text(w("x")), controls), (ANNA,)), opens, "n1")
    actions = shown["body"][1]["actions"]
    assert {each["type"] for each in actions} == {"Action.Submit"}
    options = [["a", 'texts.press {"id":"1"}'], ["b", 'texts.press {"id":"2"}']]
    assert [each["data"] for each in actions] == [
        {"bmm": {"i": 'texts.press {"id":"1"}', "n": "n1"}},
        {"bmm": {"i": 'texts.press {"id":"1","choice":"form"}', "n": "n1"}},
        {"bmm": {"m": {"l": "Move", "o": options, "c": 1}, "n": "n1"}},
    ]
    assert "refresh" not in shown


def test_the_answers_to_one_question_are_always_one_menu() -> None:
    deck = Controls(tuple(button(each, each) for each in "123"), w("Vote"))
    shown = card(Text(w("x")), deck, Controls((button("Reveal"),)))
    assert titles(shown) == [["Vote", "Reveal"]]
    [menu] = [each["data"]["bmm"]["m"] for each in parts(shown) if "m" in each.get("data", {}).get("bmm", {})]
    assert [label for label, _ in menu["o"]] == ["1", "2", "3"]


def test_what_is_more_than_six_goes_into_a_menu_of_more_and_nothing_is_lost() -> None:
    move = Choice(w("Move to"), (button("DONE", 5), button("ICE BOX", 6)))
    first = Controls(
        (button("a", 1, style="primary"), button("b", 2), Link("Docs", "https://a.b"), button("c", 3), move)
    )
    second = Controls((button("d", 7), button("e", 8), button("f", 9)))
    shown = card(first, Text(w("x")), second)
    assert titles(shown) == [["a", "Docs", "More"], ["d", "e", "f"]]
    menus = [each["data"]["bmm"]["m"] for each in parts(shown) if "m" in each.get("data", {}).get("bmm", {})]
    assert [label for label, _ in menus[0]["o"]] == ["b", "c", "Move to: DONE", "Move to: ICE BOX"]


def test_a_menu_of_more_that_is_there_already_takes_the_others_in() -> None:
    more = Choice(Words("More"), (button("x", 10), button("y", 11)))
    shown = card(Controls((*(button(each, each) for each in "abcdef"), more)))
    assert titles(shown) == [["a", "b", "c", "d", "e", "More"]]
    menu = shown["body"][0]["actions"][-1]["data"]["bmm"]["m"]
    assert [label for label, _ in menu["o"]] == ["f", "x", "y"]


def test_single_controls_in_many_places_and_too_many_links_fit_as_well() -> None:
    lone = [part for n in range(9) for part in (Text(w("x")), Controls((button(str(n), n),)))]
    shown = card(*lone)
    assert titles(shown) == [["0"], ["1"], ["2"], ["3"], ["4"], ["More"]]
    links = card(Controls(tuple(Link(str(n), f"https://a.b/{n}") for n in range(9))))
    assert titles(links) == [["0", "1", "2", "3", "4", "5"]]
    assert [text_of(each) for each in links["body"][1:]] == ["6", "7", "8"]


def test_what_asks_first_opens_a_dialog_with_its_question_and_the_deed() -> None:
    [made] = body(Controls((button("Discard", 1, style="danger", confirm=w("For good?")),)))
    [action] = made["actions"]
    menu: Payload = {"l": "Discard", "o": [["Discard", 'texts.press {"id":"1"}']], "q": "For good?"}
    assert action["data"] == {"msteams": {"type": "task/fetch"}, "bmm": {"m": menu}}
    dialog = drawing.menu(menu["l"], [("Discard", 'texts.press {"id":"1"}')], None, "n1", menu["q"])
    assert problems_of_card(dialog) == []
    assert [text_of(each) for each in dialog["body"]] == ["For good?"]
    assert [(each["title"], each["data"]["bmm"]) for each in dialog["actions"]] == [
        ("Discard", {"i": 'texts.press {"id":"1"}', "n": "n1"})
    ]


def test_an_option_of_a_menu_that_asks_first_asks_in_its_label() -> None:
    menu = Choice(w("More"), (button("Discard", 1, confirm=w("For good?")), button("Park", 2)))
    [made] = body(Controls((menu,)))
    assert [label for label, _ in made["actions"][0]["data"]["bmm"]["m"]["o"]] == ["Discard: For good?", "Park"]


def test_a_menu_of_too_many_options_says_how_many_it_leaves_out() -> None:
    [made] = body(Controls((Choice(w("Which?"), tuple(button("x" * 70, n) for n in range(200))),)))
    menu = made["actions"][0]["data"]["bmm"]["m"]
    assert menu["q"] == f"… and {200 - len(menu['o'])} more"


def test_a_card_is_drawn_anew_for_sixty_of_its_viewers_at_the_most() -> None:
    viewers = (Person("x", "Xi"), *(Person(f"p{n}", "P", user=f"29:{n}") for n in range(70)))
    shown = card(Text(w("x")), viewers=viewers)
    assert shown["refresh"]["userIds"] == [f"29:{n}" for n in range(60)]
    assert (shown["refresh"]["action"]["verb"], shown["refresh"]["action"]["data"]) == ("refresh", {"bmm": {"r": 1}})
    assert "refresh" not in card(Text(w("x")), viewers=(Person("x", "Xi"),))


def test_a_card_too_large_is_folded_with_a_count_while_headings_and_controls_stay() -> None:
    long = tuple(Text(w("w" * 1_200)) for _ in range(60))
    shown = card(*long, Heading(w("At the end")), Controls((button("Go"),)))
    assert limits.check(shown) == []
    *_, heading, controls, rest = shown["body"]
    assert (heading["text"], controls["type"]) == ("At the end", "ActionSet")
    assert text_of(rest) == f"… and {60 - len(shown['body']) + 3} more"


def test_long_lists_and_quotes_are_folded() -> None:
    *rows, more = body(Listing(None, tuple(Row(w("item {n}", n=n)) for n in range(200))))
    assert (len(rows), text_of(more)) == (40, "… and 160 more")
    [quote] = body(Quote("a\n" * 300))
    assert (len(quote["items"]), text_of(quote["items"][-1])) == (12, "…")


def test_a_message_of_plain_sentences_is_said_and_anything_else_is_drawn() -> None:
    told = Message(w("x"), (Text(w("**{k}** is yours.", k="OPS-1")), Text(w("Good luck."))))
    assert drawing.said(told) == "OPS-1 is yours. Good luck."
    assert drawing.said(Message(w("Done."))) == "Done."
    for block in (Controls((button("Undo"),)), Text(w("{w}", w=MOMENT)), Quote("x"), Text(w("long " * 99))):
        assert drawing.said(Message(w("x"), (block,))) is None


def test_what_cannot_be_drawn_is_invalid_and_never_sent() -> None:
    with pytest.raises(Invalid):
        drawing.card(Message(Words("{gone}")), opens)
    with pytest.raises(Invalid):
        card(Controls((Button(w("A"), Press("x" * 5_000)),)))


@pytest.mark.parametrize(
    "element",
    [
        {"type": "TextBlock", "text": "x", "colour": "red"},
        {"type": "TextBlok", "text": "x"},
        {"type": "Container", "items": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": 1}]}]},
        {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "x", "style": "loud"}]},
        {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": "x"}]},
        {"type": "Input.Text", "label": "x"},
    ],
)
def test_the_checks_refuse_what_teams_would_refuse(element: Payload) -> None:
    needs("specs")
    assert problems_of_post(card(Text(w("x"))) | {"body": [element]}) != []


def test_the_checks_name_the_element_at_fault() -> None:
    needs("specs")
    wrong = {"type": "Container", "items": [{"type": "TextBlock", "text": "x", "colour": "red"}]}
    [problem] = problems_of_card(card(Text(w("x"))) | {"body": [wrong]})
    assert problem.startswith("TextBlock: ")
    assert "colour" in problem


def test_a_command_is_written_as_it_is_typed_in_teams_and_nothing_else_changes() -> None:
    words = w("`/bmm start` starts one, {said}, `{usage}`", said="not /bmm", usage="/bmm move <item>")
    (drawn,) = body(Text(words))
    assert text_of(drawn) == "@bmm start starts one, not /bmm, @bmm move <item>"
    assert drawing.said(Message(words, (Text(words),))) == text_of(drawn)
