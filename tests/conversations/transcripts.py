"""Conversations in Markdown that are tests. Each `## heading` opens a fresh room; prose between is for the reader.

    **Ada** in #ops: @bmm the printer jams        says it in a channel; `/bmm …` is a command; `to bmm:` a chat of two
    **Ben** in the thread: by Friday              says it in the thread of what was said or answered last
    **Ada** presses [Skip]                        on the newest message that has it; `on "…"` names one by its words,
                                                  `beside "…"` a line above the control
    **Ada** chooses [Move to: ICE BOX]            an option of a menu
    **Ada** fills in                              and submits the form open before her; lines `- Label: value` follow
    **Ada** closes the form                       or whatever else stands over the page
    **Ada** uses [Log to backlog] on "jams"       what a message's menu offers; without `on`, what is offered anywhere
    **Ada** edits "jams": the printer works       her newest message with these words now reads so
    **Ada** deletes "jams"
    **Ada** reacts with :inbox_tray: on "jams"
    **Ada** in #ops with a.png, b.log: @bmm see   with files attached, and also `in the thread` or `to bmm`
    **Ada** opens home                            her own page; `presses [Take] on the home` and `chooses` act on it
    **Ada** invites bmm to #garage                or `removes bmm from`, `archives`, `unarchives`, `deletes`, `restores`
                                                  a channel; `renames #ops to #it`
    *10 minutes pass*  ·  *It is 2026-11-24 09:00 in Europe/London*

What is seen is quoted, and compared with what the last act changed:

    > bmm in the thread: OPS-1 The printer        a new message there (or `in #ops`, `to Ada` for private words, a link
                                                  unfurled below what was said counts as in its thread), with
    > Due: Fri 27 Nov 2026                        these lines in this order, each somewhere in a line of its own,
    > [Edit] [Take it]                            these controls, `[Decide: Park]` an option of a menu,
    > no [Skip]  ·  no "urgent"                   and not these
    > now in the thread: OPS-1 The printer        the same of a message that stood there before and was edited in place
    > the form for Ada: Edit OPS-1                the form that is open; then `Label: value`, or `Label! what is wrong`
    > no form for Ada
    > the home of Ada: Waiting for you            what stands on her home, in the grammar of messages;
    > now the home of Ada: Waiting for you        the same where the last act changed it
    > nothing in #ops                             nothing changed there (`to Ada`, `in the thread`, `anywhere`, and
                                                  `on the home of Ada`)

A heading that ends in (Slack), (Teams), (playground) or several, as in (Slack, Teams), opens a scene for these alone:
the others cannot do what is done there. Beside #ops, #facilities and #product, Slack and Teams have #backroom (private
to Ada and Ben), #trio (their group chat with bmm), #garage (where bmm is not) and #partners (shared with Gil's firm).

`**` and backticks are for the reader; what is compared is plain text.
"""

import re
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from tests.conversations.comparing import drawn, match_form, mismatch
from tests.conversations.scenes import (
    ACT,
    CHOICE,
    DELETE,
    EDIT,
    FORM,
    HOME,
    MOMENT,
    MOVE,
    NO_FORM,
    NOTHING,
    PASS,
    PRESS,
    REACT,
    SAID,
    SEEN,
    USE,
    Quote,
    Scene,
    statements,
)
from tests.harness import BOT, Room, Seen, unmarked


class Missed(AssertionError):
    """What was to be seen was not."""


class Play:
    """Plays one scene in a room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._before: dict[tuple[str, str], Seen] = {}
        self._after: dict[tuple[str, str], Seen] = {}
        self._homes: tuple[dict[str, Seen], dict[str, Seen]] = {}, {}  # before and after, by person
        self._thread = ("", "")  # channel and root of the thread talked in last

    async def play(self, scene: Scene) -> None:
        """Do and compare, line by line. Raises Missed, naming the line."""
        for number, opening, rest in statements(scene.lines):
            try:
                if opening.startswith(">"):
                    await self._compare(Quote(number, opening[1:].strip(), rest))
                else:
                    await self._act(opening, rest)
            except (AssertionError, LookupError, TimeoutError) as error:
                raise Missed(f"line {number}: {opening}\n{error}") from None

    # --- acts

    async def _act(self, line: str, rest: list[str]) -> None:
        self._before = self._after
        if found := ACT.fullmatch(line):
            await self._do(found["person"], found["deed"], rest)
        elif found := PASS.fullmatch(line):
            await self._room.advance(timedelta(**{f"{found['unit']}s": int(found["count"])}))
        elif found := MOMENT.fullmatch(line):
            at = datetime.fromisoformat(found["at"]).replace(tzinfo=ZoneInfo(found["zone"]))
            await self._room.advance(at - self._room.clock.now())
        else:
            raise AssertionError("this is no act that is known")
        self._after = {(each.to, each.ref): each for each in await self._room.everything()}
        homes = {person: await self._room.home(person) for person in self._room.known}
        self._homes = self._homes[1], {person: home for person, home in homes.items() if home}

    async def _do(self, person: str, deed: str, rest: list[str]) -> None:
        if found := SAID.fullmatch(deed):
            await self._say(person, found)
        elif found := PRESS.fullmatch(deed):
            await self._room.press(person, found["label"], self._newest(person, found), found["beside"] or "")
        elif found := CHOICE.fullmatch(deed):
            on = self._newest(person, found)
            await self._room.choose(person, found["label"], found["option"], on, found["beside"] or "")
        elif deed.startswith("fills in"):
            given = [line.removeprefix("- ").partition(":") for line in rest]
            values = {label: value.strip() for label, _, value in given}
            await self._room.submit(person, values)
        elif deed.startswith("closes the form"):
            self._room.close_form(person)
        else:
            await self._do_more(person, deed)

    async def _do_more(self, person: str, deed: str) -> None:
        """With messages of people, with channels, with one's home."""
        if found := USE.fullmatch(deed):
            await self._room.use(person, found["label"], self._said(found["on"]) if found["on"] else None)
        elif found := EDIT.fullmatch(deed):
            await self._room.edit(person, self._said(found["on"], person), found["text"])
        elif found := DELETE.fullmatch(deed):
            await self._room.delete(person, self._said(found["on"], person))
        elif found := REACT.fullmatch(deed):
            await self._room.react(person, found["emoji"], self._said(found["on"]))
        elif found := MOVE.fullmatch(deed):
            await self._room.move(person, found["deed"], found["channel"], found["name"] or "")
        elif re.fullmatch(r"opens home\.?", deed):
            await self._room.open_home(person)
        else:
            raise AssertionError(f"nobody knows how to: {deed}")

    async def _say(self, person: str, found: re.Match[str]) -> None:
        text, thread = found["text"], found["thread"]
        channel = BOT if found["bmm"] else found["channel"] or self._thread[0]
        if text.startswith("/bmm"):
            await self._room.command(person, channel, text.removeprefix("/bmm").strip())
            return
        files = tuple(re.split(r",\s*", found["files"] or "")) if found["files"] else ()
        ref = await self._room.say(person, channel, text, self._thread[1] if thread else "", files)
        if not thread:
            self._thread = (channel, ref)

    def _said(self, words: str, author: str = "") -> Seen:
        """The newest message that everybody sees with these words, a person's before one of the bot's."""
        there = [each for each in self._after.values() if not each.to and unmarked(words) in each.text]
        there = [each for each in there if author in ("", each.author)]
        if not there:
            raise LookupError(f"nobody said “{words}”")
        on = max(there, key=lambda each: (each.author != BOT, each.ref))
        self._thread = (on.channel, on.thread or on.ref)
        return on

    def _newest(self, person: str, found: re.Match[str]) -> Seen:
        """The newest message of the bot with this control, or somebody's home."""
        label, words, beside = found["label"], found["on"], found["beside"]
        if found["home"]:
            return self._home(person)
        seen = [each for each in self._after.values() if each.to in ("", person) and each.author == BOT]
        there = [each for each in seen if words is None or unmarked(words) in each.text]
        having = [each for each in there if label in {control.label for control in each.controls}]
        having = [each for each in having if not beside or beside in each.text]
        if not having:
            shown = "\n".join(map(drawn, there[-4:]))
            raise LookupError(f"no message with [{label}] before {person}; the newest are\n{shown}")
        on = having[-1]
        if not on.to:
            self._thread = (on.channel, on.thread or on.ref)
        return on

    # --- comparing

    async def _compare(self, quote: Quote) -> None:
        if found := SEEN.fullmatch(quote.opening):
            self._look_for(found, [line for line in (found["text"], *quote.rest) if line])
        elif found := FORM.fullmatch(quote.opening):
            form = await self._room.form(found["person"])
            assert form is not None, f"no form is open before {found['person']}"
            match_form(form, found["title"], quote.rest)
        elif found := NO_FORM.fullmatch(quote.opening):
            form = await self._room.form(found["person"])
            assert form is None, f"a form is open: {form}"
        elif found := NOTHING.fullmatch(quote.opening):
            changed = list(chain(self._changed("bmm"), self._changed("now")))
            if found["home"] or found["all"]:
                changed = [*self._homes_changed(found["home"] or ""), *(changed if found["all"] else [])]
            else:
                changed = [each for each in changed if self._there(each, found)]
            assert not changed, "something changed:\n" + "\n".join(map(drawn, changed))
        elif found := HOME.fullmatch(quote.opening):
            self._look_home(found, [line for line in (found["text"], *quote.rest) if line])
        else:
            raise AssertionError("this is no quotation that is known")

    def _home(self, person: str) -> Seen:
        if person not in self._homes[1]:
            raise LookupError(f"{person} has no home yet")
        return self._homes[1][person]

    def _look_home(self, found: re.Match[str], wanted: list[str]) -> None:
        home = self._home(found["person"])
        assert not found["now"] or self._homes_changed(found["person"]), f"it stands as it stood:\n{drawn(home)}"
        problem = mismatch(home, wanted)
        assert not problem, f"{problem}, in\n{drawn(home)}"

    def _homes_changed(self, person: str = "") -> list[Seen]:
        """The homes that the last act changed."""
        before, after = self._homes
        mine = [each for name, each in after.items() if person in ("", name)]
        return [each for each in mine if each.to not in before or before[each.to].parts != each.parts]

    def _changed(self, kind: str) -> list[Seen]:
        """The bot's messages that are new (`bmm`), or that stood there and were edited (`now`)."""
        now = self._after.items()
        new = {at: each for at, each in now if at not in self._before}
        edited = {at: each for at, each in now if at in self._before and each.parts != self._before[at].parts}
        return [each for each in (new if kind == "bmm" else edited).values() if each.author == BOT]

    def _look_for(self, found: re.Match[str], wanted: list[str]) -> None:
        kind = found["kind"]
        changed = self._changed(kind)
        candidates = [each for each in changed if self._there(each, found)]
        wrong = [(each, problem) for each in candidates if (problem := mismatch(each, wanted))]
        if len(wrong) < len(candidates):
            return
        told = "\n".join(f"{problem}, in\n{drawn(each)}" for each, problem in wrong)
        others = "\n".join(drawn(each) for each in changed if each not in candidates)
        elsewhere = "\n".join(map(drawn, self._changed("now" if kind == "bmm" else "bmm")))
        raise AssertionError(
            f"{told or 'nothing of the kind was said there'}\nelsewhere:\n{others}\n"
            f"{'edited' if kind == 'bmm' else 'new'}:\n{elsewhere}"
        )

    def _there(self, each: Seen, place: re.Match[str]) -> bool:
        if place["person"]:
            return each.to == place["person"]
        if place["thread"]:
            return not each.to and (each.channel, each.thread) == self._thread
        return not each.to and each.channel == place["channel"] and not each.thread
