"""Whole turns through views: a home that stands and is pressed, a form that came late and opens again."""

from typing import Any

from tests.slack_house import ROOMS, USERS, SlackRoom, opened


class Slow:
    """A room whose bot takes its time before it answers."""

    def __init__(self, room: SlackRoom, seconds: float) -> None:
        self.room, self.seconds = room, seconds
        self._answer = room.platform.answer
        room.platform.answer = self  # type: ignore[method-assign]

    async def __call__(self, event: Any, answer: Any) -> None:
        await self.room.clock.sleep(self.seconds)
        await self._answer(event, answer)


async def test_a_home_is_published_when_it_changes_and_not_otherwise(database_url: str) -> None:
    async with opened(database_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer on 3 jams")
        await room.open_home("Ada")
        ada = USERS["Ada"]
        assert room.slack.published[ada] == 1
        for _ in range(3):
            await room.open_home("Ada")
        assert room.slack.published[ada] == 1
        await room.say("Ada", "ops", "@bmm the kettle is broken")
        home = room.slack.home(ada)
        assert home
        assert "kettle" in home.text
        assert room.slack.published[ada] == 2


async def test_a_form_that_came_late_leaves_a_private_button_that_opens_it(database_url: str) -> None:
    async with opened(database_url) as room:
        slow = Slow(room, 4)
        await room.command("Ada", "ops", "add")
        assert room.slack.modal(USERS["Ada"]) is None
        late = next(each for each in await room.private("Ada") if "took too long" in each.text)
        slow.seconds = 0
        await room.press("Ada", "Open the form", on=late)
        form = await room.form("Ada")
        assert form
        await room.submit("Ada", {form.fields[0].label: "the badge printer jams"})
        assert any("OPS-1" in each.text for each in await room.messages("ops"))


async def test_a_private_button_that_is_pressed_late_too_leaves_another(database_url: str) -> None:
    async with opened(database_url) as room:
        slow = Slow(room, 4)
        await room.command("Ada", "ops", "add")
        [late] = [each for each in await room.private("Ada") if "took too long" in each.text]
        await room.press("Ada", "Open the form", on=late)
        again = [each for each in await room.private("Ada") if "took too long" in each.text][-1]
        assert again.ref != late.ref
        slow.seconds = 0
        await room.press("Ada", "Open the form", on=again)
        assert await room.form("Ada")


async def test_a_crowd_of_asks_is_answered_no_faster_than_a_channel_takes_it(database_url: str) -> None:
    async with opened(database_url) as room:
        room.slack.limited = True
        for n in range(12):
            await room.people["Ada"].mention(ROOMS["ops"], f"the printer on floor {n} jams")
            await room.people["Ben"].direct(f"the kettle on floor {n} is cold")
        await room.settle()
        posts = room.slack.posts(ROOMS["ops"])
        assert all(any(f"floor {n}" in post.text for post in posts) for n in range(12))
        assert room.slack.journal.breaches == []
        assert all(room.slack.journal.most(channel, 1) <= 3 for channel in room.slack.journal.channels())
