"""Every way in, as people take it: menus, reactions, links, the home, edits, channels, and who is from outside."""

import logging

import pytest

from adapters.slack.reading.parse import origin
from bot.events import Event, Place
from bot.ledger import Received
from bot.messages import Button, Controls, Field, Form, Message, Text, Words
from bot.metrics import RATE_LIMITED
from bot.ports import Query, Sending
from bot.wire import adapter
from tests.adapters.slack.slack_installs import ROOM, SIGNING, house, replica
from tests.adapters.slack.slack_stage import OPS, Press, Stage, stage
from tests.fakes.slack_member import SlackMember
from tests.fakes.slack_oauth import FakeSlackOAuth
from tests.fakes.slack_person import JSON
from tests.fakes.slack_seen import Payload, Seen
from tests.harness import GivenClock

CARD = Message(Words("Card."), (Text(Words("Card.")), Controls((Button(Words("Go"), Press("1")),))))
FORM = Form(Words("Ask"), (Field("title", Words("Title")),), Press("1"), Words("Save"))
HOME = Place("slack", "slack:T0BMM", "U1ANNA", kind="home")


def roads(here: Stage) -> list[str]:
    """How everything came that was kept."""
    return [each.how for each in here.core.kept]


async def test_each_way_of_saying_something_is_one_event_though_slack_tells_most_twice() -> None:
    async with stage() as here:
        ask = await here.anna.mention("C1OPS", "the badge printer jams", twin=True)
        await here.anna.edit("C1OPS", ask, f"<@{here.slack.bot}> the badge printer on 4 jams")
        await here.ben.react("C1OPS", ask, "inbox_tray")
        await here.ben.react("C1OPS", ask, "inbox_tray")
        aside = await here.ben.reply("C1OPS", ask, "as I said in OPS-42")
        await here.ben.delete("C1OPS", aside)
        await here.anna.delete("C1OPS", ask)
        assert roads(here) == ["mention", "edited", "reaction", "reply", "deleted", "deleted"]
        edited = here.core.kept[1]
        assert (edited.text, edited.named, edited.message) == ("the badge printer on 4 jams", True, ask)


async def test_an_ask_keeps_its_files_as_links() -> None:
    async with stage() as here:
        await here.anna.attach("C1OPS", f"<@{here.slack.bot}> this one jams", ("jam.jpg", "log.txt"))
        [event] = here.core.kept
        assert [link.rpartition("/")[2] for link in event.files] == ["jam.jpg", "log.txt"]


async def test_a_shortcut_brings_the_message_it_was_used_on_and_opens_a_form() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U2BEN", "the lift is stuck")["ts"]
        assert (await here.anna.use("item.log_this", "C1OPS", said)).status == 200
        [event] = here.core.kept
        assert event.quoted is not None
        assert (event.intent, event.quoted.text, event.quoted.author) == ("item.log_this", "the lift is stuck", "U2BEN")
        assert (event.place.thread, event.actor) == (said, here.core.kept[0].actor)
        await here.platform.answer(event, FORM)
        assert here.slack.modal("U1ANNA") is not None


async def test_a_shortcut_from_anywhere_opens_a_form_that_comes_back_to_ones_own_chat() -> None:
    async with stage() as here:
        await here.anna.use("item.log_new")
        await here.platform.answer(here.core.kept[0], FORM)
        await here.anna.submit(title="Lift")
        assert (
            here.core.asked[0].place
            == here.core.kept[0].place
            == Place("slack", "slack:T0BMM", "U1ANNA", kind="personal")
        )


async def test_a_home_is_opened_and_its_buttons_and_forms_come_back_to_it() -> None:
    async with stage() as here:
        await here.anna.open_home()
        await here.platform.send(Sending("m", HOME, CARD))
        await here.anna.open_home()
        assert [(each.how, each.place, each.blank) for each in here.core.kept] == [
            ("opened", HOME, True),
            ("opened", HOME, False),
        ]
        await here.anna.press(shown(here.slack.home("U1ANNA")), "Go")
        assert (here.core.kept[2].place, here.core.kept[2].answer) == (HOME, "")
        await here.platform.answer(here.core.kept[2], FORM)
        here.core.answer = CARD
        await here.anna.submit(title="Lift")
        assert here.core.asked[0].place == HOME
        assert "Card." in shown(here.slack.window("U1ANNA")).lines


async def test_a_button_in_a_modal_comes_from_where_the_modal_was_opened_and_is_answered_in_it() -> None:
    async with stage() as here:
        await here.platform.send(Sending("m", OPS, CARD))
        await here.anna.press(here.slack.posts("C1OPS")[0], "Go")
        await here.platform.answer(here.core.kept[0], FORM)
        here.slack.answers.clear()
        here.slack.fail("broken_before", times=5)
        here.core.answer = CARD
        await here.anna.submit(title="Lift")
        here.slack.faults.clear()
        await here.anna.press(shown(here.slack.window("U1ANNA")), "Go")
        pressed, first = here.core.kept[1], here.core.kept[0]
        assert (pressed.place, pressed.message) == (first.place, first.message)
        assert pressed.answer == f"view:{shown(here.slack.window('U1ANNA')).payload['id']}"
        assert "a" not in origin(pressed)


async def test_what_becomes_of_channels_is_told() -> None:
    async with stage() as here:
        for deed in ("invites", "archives", "unarchives", "removes"):
            await here.anna.move(deed, "C1OPS")
        await here.anna.move("renames", "C1OPS", "operations")
        told = [(each.intent.partition(" ")[0], each.actor and each.actor.user) for each in here.core.kept]
        assert told == [
            ("place.joined", "U1ANNA"),
            ("place.closed", "U1ANNA"),
            ("place.opened", "U1ANNA"),
            ("place.closed", "U1ANNA"),
            ("place.renamed", None),
        ]


async def test_a_link_to_an_item_is_heard_and_other_links_are_not() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U1ANNA", "see <https://bmm.example/items/OPS-42>")
        await here.anna.link("C1OPS", said, ["https://bmm.example/items/OPS-42", "https://bmm.example/help"])
        await here.anna.link("C1OPS", said, ["https://bmm.example/help"])
        [event] = here.core.kept
        assert (event.how, event.text, event.message) == ("linked", "https://bmm.example/items/OPS-42", said["ts"])


# --- from outside


class Elsewhere(SlackMember):
    """Somebody of another organisation, of whose clicks Slack tells with their own workspace alone."""

    def interaction(self, kind: str) -> Payload:
        """What all interactions have in common."""
        return super().interaction(kind) | {"team": {"id": self.team, "domain": "other"}}


async def pia(here: Stage) -> SlackMember:
    """Somebody of another organisation, in a channel that is shared with it."""
    person = SlackMember(here.slack, "U9PIA", "Pia", here.url, SIGNING)
    person.team = "T9PEER"
    here.slack.user("U9PIA", "Pia", team_id="T9PEER")
    here.slack.room("C9SHARED", "acme-peer", members={"U1ANNA", "U9PIA"})
    return person


async def test_people_of_the_other_organisation_are_heard_here_and_known_for_it() -> None:
    async with stage() as here:
        person = await pia(here)
        await person.mention("C9SHARED", "the badge printer jams")
        await here.anna.mention("C9SHARED", "the lift is stuck")
        await here.platform.send(Sending("m", Place("slack", "slack:T0BMM", "C9SHARED"), CARD))
        await person.press(here.slack.posts("C9SHARED")[0], "Go")
        assert [each.outsider for each in here.core.kept] == [True, False, True]
        assert {each.place.tenant for each in here.core.kept} == {"slack:T0BMM"}
        await here.platform.answer(here.core.kept[2], FORM)
        await person.submit(title="Lift")
        assert (here.core.asked[0].place.tenant, here.core.asked[0].outsider) == ("slack:T0BMM", True)


async def test_where_both_organisations_have_installed_it_a_click_belongs_to_whose_card_it_is(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.install("T1ACME")
        await here.install("T9PEER")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        acme = here.slack.workspace("T1ACME")
        guest = Elsewhere(acme, "U9PIA", "Pia", f"{here.url}/slack/events", SIGNING)
        guest.team = "T9PEER"
        acme.user("U9PIA", "Pia", team_id="T9PEER")
        await anna.mention(ROOM, "the badge printer jams")
        await here.bot.settle()
        card = acme.posts(ROOM)[-1]
        for message in acme.channels[ROOM].messages:
            message.setdefault("team", "T1ACME")  # as Slack tells with every message
        button = next(label for label, each in card.controls.items() if each.kind == "button" and each.value)
        await guest.press(card, button)
        await here.bot.settle()
        received = await here.bot.database.read(lambda store: store.find(Received, Query(order=("at",))), None)
        assert [each.tenant for each in received] == ["slack:T1ACME"] * 2
        assert [each.how for each in map(adapter(Event).validate_json, (row.event for row in received))][1] == "control"
        assert here.slack.journal.seen_by("U9PIA") != []


# --- what Slack does not send again


async def test_while_the_database_is_down_shortcuts_homes_and_forms_are_told_and_keep_the_words() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U2BEN", "the lift is stuck")["ts"]
        await here.platform.send(Sending("m", HOME, CARD))
        here.core.down = True
        assert (await here.anna.use("item.log_this", "C1OPS", said)).status == 200
        whispered = here.slack.private("U1ANNA")[-1].text
        assert "not kept" in whispered
        assert "> the lift is stuck" in whispered
        assert (await here.anna.press(shown(here.slack.home("U1ANNA")), "Go")).status == 200
        assert "not kept" in shown(here.slack.window("U1ANNA")).text
        here.core.down = False
        await here.anna.use("item.log_new")
        await here.platform.answer(here.core.kept[-1], FORM)
        here.core.down = True
        await here.anna.submit(title="Lift")
        assert "not kept" in here.anna.errors["Title"]


async def test_where_not_even_the_installation_can_be_read_people_are_told_and_events_come_again() -> None:
    clock = GivenClock()
    async with (
        FakeSlackOAuth(now=lambda: clock.now().timestamp()) as slack,
        replica("postgresql://bmm@127.0.0.1:1/none", slack, clock) as here,
    ):
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        said = slack.workspace("T1ACME").post(ROOM, "U1ANNA", "<@UT1ACMEBMM> the lift is stuck")
        assert (await anna.deliver(anna.event("app_mention", ROOM, said))).status == 503
        told = await anna.command(ROOM, "add the lift is stuck")
        assert "> add the lift is stuck" in told.body["text"] + slack.workspace("T1ACME").private("U1ANNA")[-1].text
        await SlackMember(anna.slack, "U2BEN", "Ben", anna.url, SIGNING).use("item.log_this", ROOM, said["ts"])
        assert "> <@UT1ACMEBMM> the lift is stuck" in slack.workspace("T1ACME").private("U2BEN")[-1].text


async def test_that_slack_withholds_events_is_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with stage() as here:
        before = RATE_LIMITED._value.get()
        with caplog.at_level(logging.WARNING, "bmm.slack"):
            told = await here.anna.send(b'{"type":"app_rate_limited","team_id":"T0BMM","minute_rate_limited":1}', JSON)
        assert (told.status, here.core.kept, RATE_LIMITED._value.get() - before) == (200, [], 1)
        assert "withholds" in caplog.text


def shown(seen: Seen | None) -> Seen:
    """What is there to be seen."""
    assert seen is not None
    return seen
