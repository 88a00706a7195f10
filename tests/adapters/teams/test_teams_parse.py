"""What Teams' activities mean, where a recorded one is changed a little."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters.teams.reading import places
from adapters.teams.reading.activity import Malformed
from adapters.teams.reading.markup import from_html
from bot.events import Event
from tests.adapters.teams.teams_recorded import ANNA, GUID, NAMES, OPS, TENANT, TRIO, Payload, read, recorded


def event(name: str, **changed: Any) -> Event:
    """The event in a recorded activity whose fields have `changed`; None takes one away."""
    payload = {key: value for key, value in (recorded(name) | changed).items() if value is not None}
    came = read(payload)
    assert isinstance(came, Event)
    return came


# --- words


def test_what_is_sent_again_is_the_same_event_and_the_same_words_said_anew_are_not() -> None:
    assert event("mention", timestamp="2025-11-27T09:05:00Z").key == event("mention").key
    assert event("mention", id="1764234001001").key != event("mention").key
    assert event("mention").key == event("mention").origin == f"{TENANT}:{OPS}:1764234001000"


def test_a_redelivered_edit_is_the_same_and_another_edit_is_another() -> None:
    assert event("mention_edited").key == event("mention_edited").key
    assert event("mention_edited", timestamp="2025-11-27T09:09:00Z").key != event("mention_edited").key
    assert event("mention_edited").origin == event("mention").origin


@pytest.mark.parametrize(
    "sender", [{}, {"id": ""}, {"id": "28:0other"}, {"id": recorded("mention")["recipient"]["id"]}]
)
def test_words_of_nobody_and_of_bots_are_never_asks(sender: Payload) -> None:
    for name in ("mention", "mention_edited", "mention_deleted", "direct", "command_targeted"):
        assert read(recorded(name) | {"from": sender}) is None


@pytest.mark.parametrize(
    ("text", "means"),
    [("/bmm", ""), ("/bmm  show 42", "show 42"), ("/BMM show 42", "show 42"), ("/bmmx show", None), ("/show 42", None)],
)
def test_a_command_may_be_typed_as_help_writes_it(text: str, means: str | None) -> None:
    came = event("direct", text=text)
    assert (came.how, came.text) == (("command", means) if means is not None else ("direct", text))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("<at>bmm</at>: the sink leaks", "the sink leaks"),
        ("<at>bmm</at>, the sink leaks", "the sink leaks"),
        ("<at>bmm</at> , the sink leaks", "the sink leaks"),
        ("<at>bmm</at>,the sink leaks", "the sink leaks"),
        ("<at>bmm</at> :) the sink is mended", ":) the sink is mended"),
        ("<at>bmm</at>:", ""),
    ],
)
def test_what_is_written_after_a_name_to_call_somebody_is_not_said(text: str, means: str) -> None:
    bot = recorded("mention")["recipient"]["id"]
    called = {"type": "mention", "text": "<at>bmm</at>", "mentioned": {"id": bot, "name": "bmm"}}
    assert event("mention", text=text, entities=[called]).text == means


@pytest.mark.parametrize(
    ("conversation", "kind"),
    [
        (OPS, "channel"),
        ("19:old0acme@thread.skype", "channel"),
        (TRIO, "group"),
        ("19:anna_ben@unq.gbl.spaces", "group"),
        ("a:1annaandbmm0acme", "personal"),
    ],
)
def test_where_no_kind_is_told_the_id_tells_it(conversation: str, kind: str) -> None:
    untold = {"id": conversation, "tenantId": GUID}
    assert event("mention", conversation=untold, channelData={"tenant": {"id": GUID}}).place.kind == kind


def test_the_tenant_of_a_shared_channel_is_its_host_whoever_speaks() -> None:
    theirs = recorded("mention_shared")
    theirs["channelData"]["tenant"]["id"] = "9ee70000-0000-4000-8000-000000000003"
    came = read(theirs)
    assert isinstance(came, Event)
    assert (came.place.tenant, came.actor and came.actor.tenant) == (TENANT, TENANT)


def test_where_only_the_channel_data_names_the_tenant_it_is_that() -> None:
    made = recorded("mention")
    del made["conversation"]["tenantId"]
    came = read(made)
    assert isinstance(came, Event)
    assert came.place.tenant == TENANT


def test_only_a_command_from_anywhere_needs_no_conversation() -> None:
    for name in NAMES:
        made = recorded(name)
        made.pop("conversation", None)
        if made.get("name", "").startswith("composeExtension/"):
            read(made)
        else:
            with pytest.raises(Malformed):
                read(made)


def test_files_that_are_no_links_are_left_out() -> None:
    made = recorded("direct_with_file")
    made["attachments"][0]["contentUrl"] = "javascript:alert(1)"
    assert event("direct", attachments=made["attachments"]).files == ()


# --- links


@pytest.mark.parametrize(
    ("channel", "message", "thread", "link"),
    [
        (OPS, "1", "", f"19%3Aops0acme%40thread.tacv2/1?tenantId={GUID}&parentMessageId=1"),
        (OPS, "2", "1", f"19%3Aops0acme%40thread.tacv2/2?tenantId={GUID}&parentMessageId=1"),
        (TRIO, "1", "", "19%3Atrio0acme%40thread.v2/1?context=%7B%22contextType%22%3A%22chat%22%7D"),
        (ANNA, "1", "", None),
        (OPS, "", "", None),
    ],
)
def test_a_message_has_an_address_where_teams_has_one(
    channel: str, message: str, thread: str, link: str | None
) -> None:
    expected = f"https://teams.microsoft.com/l/message/{link}" if link else ""
    assert places.address(TENANT, channel, message, thread) == expected


# --- HTML


@pytest.mark.parametrize(
    ("html", "means"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("R&amp;D &lt;3 &nbsp;x&#128512;", "R&D <3 x😀"),
        ('<a href="https://x.example/a?b=1&amp;c=2">page</a>', "page (https://x.example/a?b=1&c=2)"),
        ('<a href="https://x.example">https://x.example</a>', "https://x.example"),
        ('<a href="javascript:alert(1)">page</a>', "page"),
        ('<p>a</p><attachment id="x"></attachment>', "a"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("<!-- x --><b>bold</b>", "bold"),
        ('<img alt="😀" itemtype="http://schema.skype.com/Emoji"><img alt="a photo">', "😀"),
    ],
)
def test_html_is_read_as_its_words(html: str, means: str) -> None:
    assert from_html(html).text == means


def test_a_quotation_within_a_quotation_is_not_said_here_and_the_outer_one_is_answered() -> None:
    inner = '<blockquote itemtype="http://schema.skype.com/Reply" itemid="1"><p>deep<br></p></blockquote>'
    outer = (
        f'<blockquote itemtype="http://schema.skype.com/Reply" itemid="2">{inner}<p>quoted</p></blockquote><p>mine</p>'
    )
    came = from_html(outer)
    assert (came.text, came.answers) == ("mine", "2")


JSONS = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5) | some.just(ANNA),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["type", "from", "conversation", "channelData", "value", "entities", "attachments", "text", "name", "recipient",
        "membersAdded", "timestamp", "action", "replyToId"]  # fmt: skip


@given(some.sampled_from(NAMES), some.dictionaries(some.sampled_from(KEYS), JSONS))
def test_any_shape_is_something_or_malformed(name: str, changed: dict[str, Any]) -> None:
    with contextlib.suppress(Malformed):
        read(recorded(name) | changed)


@given(some.text())
def test_any_html_is_words(text: str) -> None:
    from_html(text)
    from_html(f"<p>{text}</p><at id={text}>")
