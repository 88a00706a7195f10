"""A morning in #ops in which every main card is shown once: real talk, the real bot, a fake Slack."""

from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from tests.harness import BOT, Room, Seen
from tests.slack_house import USERS, SlackRoom

Payload = dict[str, Any]
Surface = Literal["message", "modal", "home"]


@dataclass(frozen=True)
class Picture:
    """One thing to look at: `payload` is the message or view as it was sent. `to` is who alone sees it, or empty."""

    name: str
    payload: Payload
    surface: Surface = "message"
    to: str = ""
    people: dict[str, str] = field(default_factory=dict)


async def morning(room: SlackRoom) -> AsyncIterator[Picture]:
    """The pictures, in the order in which they come to be."""
    for part in (_asks, _talk, _backlog, _meeting, _vote, _day, _ways):
        async for picture in part(room):
            yield picture


# --- the parts


async def _asks(room: SlackRoom) -> AsyncIterator[Picture]:
    ask = "the badge printer on 3 jams, need it fixed before the audit on Friday, INC0012345"
    thread = await room.say("Ada", "ops", f"@bmm {ask}")
    yield await _shown(room, "item-with-question", "OPS-1 logged")
    yield await _shown(room, "first-contact", "I keep the backlog")
    await room.say("Ada", "ops", "@bmm high", thread)
    yield await _shown(room, "item-moved-on", "moved on")
    await _answer(room, "Answer")
    yield _modal(room, "answer-form", "Ada")
    await room.submit("Ada", {"What will be true when this is done?": "Badges print again on floor 3"})
    yield await _shown(room, "item-complete", "Badges print again")
    await room.say("Ben", "ops", "@bmm the lift to floor 4 is slow")
    yield await _shown(room, "item-new", "OPS-2 logged")


async def _talk(room: SlackRoom) -> AsyncIterator[Picture]:
    await _answer(room, "Edit")
    yield _modal(room, "edit-form", "Ada")
    room.close_form("Ada")
    await room.command("Chloe", "ops", "add")
    yield _modal(room, "ask-form", "Chloe")
    room.close_form("Chloe")
    await room.command("Chloe", "ops", "take 2")
    await room.command("Chloe", "ops", "block 2 waiting for the vendor's part")
    yield await _told(room, "private-words", "Chloe")
    await room.command("Ada", "ops", "show 1")
    yield await _told(room, "item-shown-to-one", "Ada")
    await room.command("Ada", "ops", "history 1")
    yield await _told(room, "history", "Ada")


async def _backlog(room: SlackRoom) -> AsyncIterator[Picture]:
    for person, ask in (
        ("Dmitri", "rotate the certificates of the staging cluster before 12 December, high"),
        ("Esi", "give Dana access to the build server"),
        ("Ben", "hang new curtains in the lab by end of month"),
        ("Chloe", "start a project to upgrade every laptop, this needs months of planning"),
        ("Esi", "replace the wifi access point in the canteen, urgent"),
    ):
        await room.say(person, "ops", f"@bmm {ask}")
    await room.command("Esi", "ops", "outcome 4 Dana can push to main")
    await room.command("Esi", "ops", "move 4 doing")
    await room.command("Ben", "ops", "park 5 after the audit")
    await room.command("Ada", "ops", "backlog")
    yield await _told(room, "backlog", "Ada")
    await room.command("Ada", "ops", "board")
    yield await _told(room, "board", "Ada")
    await room.command("Ada", "ops", "find the")
    yield await _told(room, "found", "Ada")
    await room.command("Ada", "ops", "help")
    yield await _told(room, "help", "Ada")
    await room.command("Ada", "ops", "help move")
    yield await _told(room, "help-of-one", "Ada")


async def _meeting(room: SlackRoom) -> AsyncIterator[Picture]:
    await room.command("Ada", "ops", "start 45")
    yield await _shown(room, "meeting-agenda", "Refinement of ops")
    await _press(room, "Ada", "Begin", "Refinement of ops")
    yield await _shown(room, "meeting-item", "Refinement of ops")
    await room.choose("Ada", "Call a vote", "on the estimate", await _card(room, "Refinement of ops"))
    await _press(room, "Ada", "3", "Refinement of ops")
    yield await _shown(room, "meeting-vote-open", "Refinement of ops")
    yield await _told(room, "receipt", "Ada")
    await _press(room, "Ben", "8", "Refinement of ops")
    await room.press("Ben", "Add a reason", (await room.private("Ben"))[-1])
    yield _modal(room, "reason-form", "Ben")
    await room.submit("Ben", {"One line of reason": "the vendor is slow"})
    yield await _shown(room, "meeting-vote-revealed", "Refinement of ops")
    await _press(room, "Ada", "Vote again", "Refinement of ops")
    for person, card in (("Ada", "3"), ("Ben", "5")):
        await _press(room, person, card, "Refinement of ops")
    yield await _shown(room, "meeting-vote-agreed", "Refinement of ops")
    await _press(room, "Ada", "Decide: 5", "Refinement of ops")
    await room.advance(timedelta(minutes=4))
    await _press(room, "Ada", "Next", "Refinement of ops")
    await room.choose("Ada", "Decide", "Assign to…", await _card(room, "Refinement of ops"))
    yield _modal(room, "assign-form", "Ada")
    room.close_form("Ada")
    await room.choose("Ada", "Decide", "Park", await _card(room, "Refinement of ops"))
    yield await _told(room, "decision", "Ada")
    yield await _told(room, "item-news", "Esi")
    await room.advance(timedelta(minutes=7))
    await room.command("Ada", "ops", "end")
    yield await _shown(room, "minutes", "Minutes of ops")


async def _vote(room: SlackRoom) -> AsyncIterator[Picture]:
    await room.command("Ada", "ops", "vote move the stand-up to 9:30?")
    yield await _shown(room, "ballot-open", "Vote: move")
    for person, card in (("Ada", "yes"), ("Ben", "yes"), ("Chloe", "no")):
        await _press(room, person, card, "Vote: move")
    await _press(room, "Ada", "Reveal", "Vote: move")
    yield await _shown(room, "ballot-revealed", "Vote: move")


async def _day(room: SlackRoom) -> AsyncIterator[Picture]:
    await room.advance(timedelta(days=1))
    await room.command("Ben", "ops", "dsu")
    yield await _shown(room, "stand-up", "Stand-up of ops")
    await room.command("Ben", "ops", "daily 9:00")
    yield await _told(room, "refused", "Ben")


async def _ways(room: SlackRoom) -> AsyncIterator[Picture]:
    await room.say("Dmitri", "ops", "is OPS-1 done by now?")
    yield await _shown(room, "key-in-passing", "OPS-1")
    await room.say("Esi", "ops", "it is https://bmm.example.com/items/OPS-7")
    said = next(each for each in reversed(await room.messages("ops")) if "/items/" in str(each.raw.get("text")))
    yield Picture("link-unfolded", {"blocks": deepcopy(said.raw["attachments"][0]["blocks"])}, people=_people(room))
    await room.say("Ben", "ops", "the projector in room 2 flickers again, can we have it mended by Friday?")
    await room.use("Chloe", "Log to backlog", (await room.messages("ops"))[-1])
    yield _modal(room, "shortcut-form", "Chloe")
    room.close_form("Chloe")
    await room.use("Esi", "Log an ask")
    yield _modal(room, "shortcut-anywhere", "Esi")
    room.close_form("Esi")
    for person, name in (("Ada", "home"), ("Dmitri", "home-of-another")):
        await room.open_home(person)
        yield Picture(name, deepcopy(room.slack.homes[USERS[person]]), "home", person, _people(room))
    await room.advance(timedelta(days=5))
    await room.command("Ada", "ops", "show 1")
    yield await _told(room, "item-late", "Ada")
    for words in (
        "outcome 3 every node has the new certificate",
        "prioritise 3 high",
        "block 3 the vendor signs on Monday",
    ):
        await room.command("Ada", "ops", words)
    await room.command("Ada", "ops", "show 3")
    yield await _told(room, "item-blocked", "Ada")
    await room.command("Ada", "ops", "done 1")
    await room.command("Ada", "ops", "show 1")
    yield await _told(room, "item-done", "Ada")
    own = await _card(room, "OPS-2")
    await room.use("Chloe", "Log to backlog", own)
    yield await _told(room, "own-card", "Chloe")


# --- what is seen


async def _shown(room: SlackRoom, name: str, holding: str) -> Picture:
    """The newest message of the bot's to everybody that holds these words."""
    return _picture(room, name, await _card(room, holding))


async def _told(room: SlackRoom, name: str, person: str) -> Picture:
    """The newest private words to somebody."""
    return _picture(room, name, (await room.private(person))[-1], to=person)


def _modal(room: SlackRoom, name: str, person: str) -> Picture:
    view = room.slack.modal(USERS[person])
    assert view is not None, f"no form is open before {person}"
    return Picture(name, deepcopy(view), "modal", person, _people(room))


def _picture(room: SlackRoom, name: str, seen: Seen, to: str = "") -> Picture:
    return Picture(name, deepcopy(seen.raw), "message", to, _people(room))


def _people(room: SlackRoom) -> dict[str, str]:
    return {id: str(user["name"]) for id, user in room.slack.users.items()}


async def _card(room: Room, holding: str, having: Callable[[Seen], bool] = bool) -> Seen:
    await room.advance(timedelta(seconds=2))  # the pace of edits
    found = [
        each for each in await room.messages("ops") if each.author == BOT and holding in each.text and having(each)
    ]
    assert found, f"nothing says {holding!r}"
    return found[-1]


async def _press(room: Room, person: str, label: str, on: str) -> None:
    await room.press(person, label, await _card(room, on))


async def _answer(room: Room, label: str) -> None:
    await room.press("Ada", label, await _card(room, "OPS-1", lambda each: _has(each, label)))


def _has(seen: Seen, label: str) -> bool:
    return any(each.label == label for each in seen.controls)
