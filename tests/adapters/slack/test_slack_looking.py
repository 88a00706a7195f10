"""What Slack lets us look up: the message that was reacted to, people, the names of channels."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.installing.installations import Installation
from adapters.slack.outbound import SlackPlatform
from bot.events import Account, Event, Quoted
from bot.messages import Message, Text, Words
from bot.ports import CannotLook, PlaceGone, Profile, SendError, Sending, Title
from tests.adapters.slack.slack_stage import OPS, Stage, stage


def reaction(here: Stage, message: str, channel: str = "C1OPS") -> Event:
    anna = Account("slack", OPS.tenant, "U1ANNA")
    return Event("k", "reaction", here.clock.now(), replace(OPS, channel=channel), anna, "inbox_tray", message=message)


async def test_the_message_that_was_reacted_to_is_read_as_plain_text_with_its_files() -> None:
    async with stage() as here:
        files = [{"id": "F1", "permalink": "https://bmm.slack.com/files/F1"}, {"id": "F2", "file_access": "gone"}]
        said = here.slack.post("C1OPS", "U2BEN", "<@U1ANNA> R&amp;D jams &lt;3", files=files)
        assert await here.platform.quote(reaction(here, said["ts"])) == Quoted(
            message=said["ts"],
            text="<@U1ANNA> R&D jams <3",
            author="U2BEN",
            link=here.platform.address(OPS, said["ts"]),
            files=("https://bmm.slack.com/files/F1",),
        )


@pytest.mark.parametrize("whole", [False, True])
async def test_an_answer_deep_in_a_thread_is_found_and_names_its_thread(whole: bool) -> None:
    async with stage() as here:
        here.slack.whole_threads = whole
        root = here.slack.post("C1OPS", "U2BEN", "printer")["ts"]
        answers = [here.slack.post("C1OPS", "U1ANNA", f"answer {n}", root)["ts"] for n in range(20)]
        found = await here.platform.quote(reaction(here, answers[17]))
        assert found
        assert (found.text, found.thread, found.author) == ("answer 17", root, "U1ANNA")
        first = await here.platform.quote(reaction(here, root))
        assert first
        assert (first.text, first.thread) == ("printer", "")


async def test_our_own_message_is_ours_and_another_bots_is_nobodys() -> None:
    async with stage() as here:
        ours = await here.platform.send(Sending("m", OPS, Message(Words("Hello."), (Text(Words("Hello.")),))))
        theirs = here.slack.post("C1OPS", "U9BOT", "alarm", bot_id="B9")["ts"]
        quoted = [await here.platform.quote(reaction(here, each)) for each in (ours, theirs)]
        assert [each and (each.author, each.text) for each in quoted] == [("U0BMM", "Hello."), ("", "alarm")]


async def test_a_message_that_is_gone_and_an_event_about_none_quote_nothing() -> None:
    async with stage() as here:
        assert await here.platform.quote(reaction(here, "1700000000.000001")) is None
        assert await here.platform.quote(reaction(here, "")) is None
        known = Quoted("1.1", "known")
        assert await here.platform.quote(replace(reaction(here, "1.1"), quoted=known)) is known
        assert here.slack.counted()["conversations.replies"] == 1


async def test_without_the_scope_it_cannot_be_read_and_where_we_are_not_it_is_gone() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U2BEN", "printer")["ts"]
        here.slack.scopes.remove("channels:history")
        with pytest.raises(CannotLook):
            await here.platform.quote(reaction(here, said))
        here.slack.scopes.add("channels:history")
        here.slack.room("C1OPS").bot = False
        with pytest.raises(PlaceGone):
            await here.platform.quote(reaction(here, said))


async def test_people_are_known_by_their_names_and_zones() -> None:
    async with stage() as here:
        told = await here.platform.profile(Account("slack", OPS.tenant, "U1ANNA"))
        assert told == Profile("Anna", "Europe/Berlin")
        assert (await here.platform.profile(Account("slack", OPS.tenant, "U0BMM"))).bot
        with pytest.raises(SendError):
            await here.platform.profile(Account("slack", OPS.tenant, "U9"))


OUR_ORGANISATION = {"enterprise_user": {"enterprise_id": "E1"}, "team_id": "T7"}
OUTSIDERS = [
    ({}, "", False),
    ({"team_id": "T0BMM"}, "", False),
    ({"team_id": "T9"}, "", True),
    ({"is_stranger": True}, "", True),
    (OUR_ORGANISATION, "E1", False),
    (OUR_ORGANISATION, "", True),
    ({"enterprise_user": {"enterprise_id": "E2"}, "team_id": "T7"}, "E1", True),
    ({"team_id": "E1"}, "E1", False),
]


@pytest.mark.parametrize(("told", "enterprise", "outside"), OUTSIDERS)
async def test_people_of_another_organisation_are_outsiders(
    told: dict[str, Any], enterprise: str, outside: bool
) -> None:
    async with stage() as here:
        here.slack.user("U5EVE", "Eve", **told)
        known = replace(await here.platform.installations.of(OPS.tenant), enterprise=enterprise)
        platform = SlackPlatform(here.platform.web, Known(known))
        assert (await platform.profile(Account("slack", OPS.tenant, "U5EVE"))).outsider == outside


class Known:
    """One installation, whatever is asked."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    def ready(self) -> bool:
        return True

    async def of(self, tenant: str) -> Installation:
        return self.installation

    async def hearing(self, team: str, enterprise: str) -> Installation | None:
        return self.installation

    async def again(self, tenant: str, refused: str) -> Installation | None:
        return None

    async def gone(self, team: str, enterprise: str, at: object) -> None:
        return None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("ops", "ops"),
        ("", ""),
        ("mpdm-ada--ben--chloe-1", "ada, ben, chloe"),
        ("mpdm-ada.l--ben-2--bmm-10", "ada.l, ben-2"),
    ],
)
async def test_a_channel_is_called_by_its_name_and_a_group_by_who_is_in_it(name: str, title: str) -> None:
    async with stage() as here:
        here.slack.room("C7", name)
        assert (await here.platform.title(replace(OPS, channel="C7"))).name == title


async def test_who_may_look_into_a_channel_and_whether_we_are_there_is_told() -> None:
    async with stage() as here:
        here.slack.scopes |= {"groups:read"}
        here.slack.room("C7", "open").bot = False
        here.slack.room("C8", "secret").kind = "groups"
        here.slack.room("C9", "elsewhere").kind = "groups"
        here.slack.channels["C9"].bot = False
        assert await here.platform.title(replace(OPS, channel="C7")) == Title("open", there=False)
        assert await here.platform.title(replace(OPS, channel="C8")) == Title("secret", private=True)
        with pytest.raises(PlaceGone):
            await here.platform.title(replace(OPS, channel="C9"))


async def test_without_the_scope_a_channel_has_no_name_and_an_archived_one_still_has() -> None:
    async with stage() as here:
        here.slack.room("C7", "old").archived = True
        assert await here.platform.title(replace(OPS, channel="C7")) == Title("old")
        here.slack.scopes.remove("channels:read")
        with pytest.raises(CannotLook):
            await here.platform.title(replace(OPS, channel="C7"))
