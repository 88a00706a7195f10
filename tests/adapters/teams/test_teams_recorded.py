"""Every kind of activity that Teams sends, as it was recorded, and what it comes to."""

import json
import re

import pytest

from adapters.teams.reading.invokes import Glance, Menu
from bot.events import Event
from tests.adapters.teams.teams_recorded import EXPECTED, FOLDER, NAMES, Came, Payload, read, recorded
from tests.adapters.teams.teams_stage import Stage, stage
from tests.fakes.teams_issuer import APP, TENANT

_HEARD = {  # what the fake makes of people who talk, click and keep house, by what Teams calls it
    "message", "messageUpdate", "messageDelete", "installationUpdate", "conversationUpdate", "invoke",
}  # fmt: skip
_EVENTS = (
    "channelCreated channelRenamed channelDeleted channelRestored channelShared channelUnshared channelMemberAdded "
    "channelMemberRemoved teamMemberAdded teamMemberRemoved teamRenamed teamArchived teamUnarchived teamDeleted "
    "teamHardDeleted teamRestored editMessage undeleteMessage softDeleteMessage"
)
_INVOKES = (
    "adaptiveCard/action task/fetch task/submit composeExtension/fetchTask composeExtension/submitAction "
    "composeExtension/query signin/verifyState"
)


def ours(here: Stage, name: str) -> Payload:
    """A recorded activity, of the tenant on the stage."""
    said = json.dumps(recorded(name)).replace("ac0e0000-0000-4000-8000-000000000001", TENANT)
    said = said.replace("b0700000-0000-4000-8000-000000000002", APP)
    payload: Payload = json.loads(said)
    return payload | {"serviceUrl": here.teams.service}


def keys(came: Came) -> list[str]:
    """The identities of what an activity comes to, on the stage."""
    events = came if isinstance(came, list) else [came] if isinstance(came, Event) else []
    return [each.key.replace("ac0e0000-0000-4000-8000-000000000001", TENANT) for each in events]


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_activity_comes_to_what_it_means(name: str) -> None:
    assert read(recorded(name)) == EXPECTED[name]


def test_every_recording_is_expected_and_says_where_its_shape_is_from() -> None:
    told = re.findall(r"^\| `(\w+)` \| [\w/.-]+ \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert NAMES == sorted(told) == sorted(EXPECTED)


def test_every_kind_that_is_documented_is_recorded() -> None:
    told = [recorded(name) for name in NAMES]
    assert {each["type"] for each in told} >= _HEARD
    assert {each["channelData"].get("eventType") for each in told} >= set(_EVENTS.split())
    assert {each["name"] for each in told if each["type"] == "invoke"} == set(_INVOKES.split())


async def test_the_door_hears_of_each_what_it_means_and_answers_it(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        for name in ("mention", "mention_private"):  # so that both channels of the team are known
            await here.ada.deliver(ours(here, name))
        for name in NAMES:
            here.core.kept.clear()
            here.core.asked.clear()
            answer = await here.ada.deliver(ours(here, name))
            came = EXPECTED[name]
            assert answer.status == (came if isinstance(came, int) else 200 if name not in _AGAIN else 403), name
            if name not in _AGAIN:
                assert set(keys(came)) <= {each.key for each in here.core.heard}, name
            if isinstance(came, Menu):
                assert here.core.asked == []
            assert not isinstance(came, Glance) or answer.body["statusCode"] == 200


_AGAIN = ("mention", "mention_private")  # byte for byte the same again
