"""A morning in #ops in which every main card is shown once: real talk, the real bot, a fake of the platform."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from tests.harness import BOT, Room, Seen
from tests.pictures.easels import Easel, Picture


async def morning(room: Room, easel: Easel) -> AsyncIterator[Picture]:
    """The pictures, in the order in which they come to be."""
    for part in (_asks, _talk, _backlog, _meeting, _vote, _day, _ways):
        async for picture in part(room, easel):
            yield picture


# --- the parts


async def _asks(room: Room, easel: Easel) -> AsyncIterator[Picture]:
    ask = "the badge printer on 3 jams, need it fixed before the audit on Friday, INC0012345"
    thread = await room.say("Ada", "ops", f"@bmm {ask}")
    yield await _shown(room, easel, "item-with-question", "OPS-1 logged")
    if menu := await easel.menu("question-menu", "Ada", "Answer", await _card(room, "OPS-1 logged")):
        yield menu
    yield await _shown(room, easel, "first-contact", "I keep the backlog")
    await room.say("Ada", "ops", "@bmm high", thread)
    yield await _shown(room, easel, "item-moved-on", "moved on")
    await _answer(room, "Answer")
    yield easel.form("answer-form", "Ada")
    await room.submit("Ada", {"What will be true when this is done?": "Badges print again on floor 3"})
    yield await _shown(room, easel, "item-complete", "Badges print again")
    await room.say("Ben", "ops", "@bmm the lift to floor 4 is slow")
    yield await _shown(room, easel, "item-new", "OPS-2 logged")
    if menu := await easel.menu("move-menu", "Ben", "Move to", await _card(room, "OPS-2 logged")):
        yield menu
    if menu := await easel.menu("more-menu", "Ben", "More", await _card(room, "OPS-2 logged")):
        yield menu


async def _talk(room: Room, easel: Easel) -> AsyncIterator[Picture]:
    await _answer(room, "Edit")
    yield easel.form("edit-form", "Ada")
    room.close_form("Ada")
    await room.command("Chloe", "ops", "add")
    yield easel.form("ask-form", "Chloe")
    room.close_form("Chloe")
    await room.command("Chloe", "ops", "take 2")
    await room.command("Chloe", "ops", "block 2 waiting for the vendor's part")
    yield await _told(room, easel, "private-words", "Chloe")
    await room.command("Ada", "ops", "show 1")
    yield await _told(room, easel, "item-shown-to-one", "Ada")
    await room.command("Ada", "ops", "history 1")
    yield await _told(room, easel, "history", "Ada")


async def _backlog(room: Room, easel: Easel) -> AsyncIterator[Picture]:
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
    yield await _told(room, easel, "backlog", "Ada")
    await room.command("Ada", "ops", "board")
    yield await _told(room, easel, "board", "Ada")
    await room.command("Ada", "ops", "find the")
    yield await _told(room, easel, "found", "Ada")
    await room.command("Ada", "ops", "help")
    yield await _told(room, easel, "help", "Ada")
    await room.command("Ada", "ops", "help move")
    yield await _told(room, easel, "help-of-one", "Ada")


async def _meeting(room: Room, easel: Easel) -> AsyncIterator[Picture]:
    await room.command("Ada", "ops", "start 45")
    yield await _shown(room, easel, "meeting-agenda", "Refinement of ops")
    await _press(room, "Ada", "Begin", "Refinement of ops")
    yield await _shown(room, easel, "meeting-item", "Refinement of ops")
    if menu := await easel.menu("decide-menu", "Ada", "Decide", await _card(room, "Refinement of ops")):
        yield menu
    await room.choose("Ada", "Call a vote", "on the estimate", await _card(room, "Refinement of ops"))
    await _press(room, "Ada", "3", "Refinement of ops")
    yield await _shown(room, easel, "meeting-vote-open", "Refinement of ops")
    if menu := await easel.menu("deck-menu", "Chloe", "Vote", await _card(room, "Refinement of ops")):
        yield menu
    yield await _told(room, easel, "receipt", "Ada")
    await _press(room, "Ben", "8", "Refinement of ops")
    await room.press("Ben", "Add a reason", (await room.private("Ben"))[-1])
    yield easel.form("reason-form", "Ben")
    await room.submit("Ben", {"One line of reason": "the vendor is slow"})
    yield await _shown(room, easel, "meeting-vote-revealed", "Refinement of ops")
    await _press(room, "Ada", "Vote again", "Refinement of ops")
    for person, card in (("Ada", "3"), ("Ben", "5")):
        await _press(room, person, card, "Refinement of ops")
    yield await _shown(room, easel, "meeting-vote-agreed", "Refinement of ops")
    await _press(room, "Ada", "Decide: 5", "Refinement of ops")
    await room.advance(timedelta(minutes=4))
    await _press(room, "Ada", "Next", "Refinement of ops")
    await room.choose("Ada", "Decide", "Assign to…", await _card(room, "Refinement of ops"))
    yield easel.form("assign-form", "Ada")
    room.close_form("Ada")
    await room.choose("Ada", "Decide", "Park", await _card(room, "Refinement of ops"))
    yield await _told(room, easel, "decision", "Ada")
    yield await _told(room, easel, "item-news", "Esi")
    await room.advance(timedelta(minutes=7))
    await room.command("Ada", "ops", "end")
    yield await _shown(room, easel, "minutes", "Minutes of ops")


async def _vote(room: Room, easel: Easel) -> AsyncIterator[Picture]:
    await room.command("Ada", "ops", "vote move the stand-up to 9:30?")
    yield await _shown(room, easel, "ballot-open", "Vote: move")
    if menu := await easel.menu("vote-menu", "Chloe", "Vote", await _card(room, "Vote: move")):
        yield menu
    for person, card in (("Ada", "yes"), ("Ben", "yes"), ("Chloe", "no")):
        await _press(room, person, card, "Vote: move")
    await _press(room, "Ada", "Reveal", "Vote: move")
    yield await _shown(room, easel, "ballot-revealed", "Vote: move")


async def _day(room: Room, easel: Easel) -> AsyncIterator[Picture]:
    await room.advance(timedelta(days=1))
    await room.command("Ben", "ops", "dsu")
    yield await _shown(room, easel, "stand-up", "Stand-up of ops")
    await room.command("Ben", "ops", "daily 9:00")
    yield await _told(room, easel, "refused", "Ben")


async def _ways(room: Room, easel: Easel) -> AsyncIterator[Picture]:
    await room.say("Dmitri", "ops", "is OPS-1 done by now?")
    yield await _shown(room, easel, "key-in-passing", "OPS-1")
    if easel.unfolds:
        await room.say("Esi", "ops", "it is https://bmm.example.com/items/OPS-7")
        yield easel.message("link-unfolded", [each for each in await room.messages("ops") if each.author == BOT][-1])
    await room.say("Ben", "ops", "the projector in room 2 flickers again, can we have it mended by Friday?")
    await room.use("Chloe", "Log to backlog", (await room.messages("ops"))[-1])
    yield easel.form("shortcut-form", "Chloe")
    room.close_form("Chloe")
    await room.use("Esi", "Log an ask")
    yield easel.form("shortcut-anywhere", "Esi")
    room.close_form("Esi")
    for person, name in (("Ada", "home"), ("Dmitri", "home-of-another")):
        await room.open_home(person)
        if (home := easel.home(name, person)) is not None:
            yield home
    await room.advance(timedelta(days=5))
    await room.command("Ada", "ops", "show 1")
    yield await _told(room, easel, "item-late", "Ada")
    for words in (
        "outcome 3 every node has the new certificate",
        "prioritise 3 high",
        "block 3 the vendor signs on Monday",
    ):
        await room.command("Ada", "ops", words)
    await room.command("Ada", "ops", "show 3")
    yield await _told(room, easel, "item-blocked", "Ada")
    await room.command("Ada", "ops", "done 1")
    await room.command("Ada", "ops", "show 1")
    yield await _told(room, easel, "item-done", "Ada")
    own = await _card(room, "OPS-2")
    await room.use("Chloe", "Log to backlog", own)
    yield await _told(room, easel, "own-card", "Chloe")


# --- what is seen


async def _shown(room: Room, easel: Easel, name: str, holding: str) -> Picture:
    """The newest message of the bot's to everybody that holds these words."""
    return easel.message(name, await _card(room, holding))


async def _told(room: Room, easel: Easel, name: str, person: str) -> Picture:
    """The newest private words to somebody."""
    return easel.message(name, (await room.private(person))[-1])


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
