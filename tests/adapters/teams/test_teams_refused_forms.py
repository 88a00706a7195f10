"""A form that is refused as a whole: it stays open with what was typed, the reason, and what can be done about it."""

from typing import cast

from tests.fakes.teams_dialogs import Dialog
from tests.fakes.teams_person import TeamsPerson
from tests.fakes.teams_seen import lines_of
from tests.harness import opened
from tests.teams_house import TeamsRoom

REASON = "the vendor's part"


def before(person: TeamsPerson) -> Dialog:
    """The dialog that is open before somebody."""
    assert person.dialog is not None
    return person.dialog


async def blocked(room: TeamsRoom) -> TeamsPerson:
    """Ada, who wanted to mark as blocked what lacks its outcome and priority."""
    await room.say("Ada", "ops", "@bmm the badge printer jams")
    card = next(each for each in reversed(await room.messages("ops")) if "OPS-1 logged" in each.text)
    await room.choose("Ada", "More", "Mark as blocked…", card)
    ada = room.people["Ada"]
    await ada.submit({"f.why": REASON})
    await room.settle()
    return ada


async def test_a_refused_form_stays_open_with_what_was_typed_and_the_reason(database_url: str) -> None:
    async with opened("teams", database_url) as made:
        ada = await blocked(cast(TeamsRoom, made))
        assert before(ada).title == "Mark as blocked"
        assert {"f.why": REASON}.items() <= {each["id"]: each.get("value") for each in before(ada).inputs}.items()
        assert "OPS-1 cannot go to BLOCKED yet" in "\n".join(lines_of(before(ada).card))


async def test_what_can_be_done_about_a_refusal_is_done_from_its_form(database_url: str) -> None:
    async with opened("teams", database_url) as made:
        room = cast(TeamsRoom, made)
        ada = await blocked(room)
        await ada.press_here("Override the rule…")
        await room.settle()
        assert before(ada).title != "Mark as blocked"
        assert before(ada).inputs
