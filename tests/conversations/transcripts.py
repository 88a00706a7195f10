"""Conversations in Markdown that are tests. Each `## heading` opens a fresh room; prose between is for the reader.

    **Ada** in #ops: @bmm the printer jams        says it in a channel; `/bmm …` is a command; `to bmm:` a chat of two
    **Ben** in the thread: by Friday              says it in the thread of what was said or answered last
    **Ada** presses [Skip]                        on the newest message that has it; `on "…"` names one by its words,
                                                  `beside "…"` a line above the control
    **Ada** chooses [Set priority: High]          an option of a menu
    **Ada** fills in                              and submits the form open before her; lines `- Label: value` follow
    **Ada** closes the form
    *10 minutes pass*  ·  *It is 2026-11-24 09:00 in Europe/London*

What is seen is quoted, and compared with what the last act changed:

    > bmm in the thread: OPS-1 The printer        a new message there (or `in #ops`, `to Ada` for private words), with
    > Due: Fri 27 Nov 2026                        these lines in this order, each somewhere in a line of its own,
    > [Edit] [Set priority]                       these controls, `[Decide: Park]` an option of a menu,
    > no [Skip]  ·  no "urgent"                   and not these
    > now in the thread: OPS-1 The printer        the same of a message that stood there before and was edited in place
    > the form for Ada: Edit OPS-1                the form that is open; then `Label: value`, or `Label! what is wrong`
    > no form for Ada
    > nothing in #ops                             nothing changed there (`to Ada`, `in the thread`, `anywhere`)

`**` and backticks are for the reader; what is compared is plain text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.harness import BOT, Control, Room, Seen, SeenForm, unmarked

HERE = Path(__file__).parent

_ACT = re.compile(r"\*\*(?P<person>\w+)\*\* (?P<deed>.+)")
_SAID = re.compile(r"(?:in #(?P<channel>\w+)|(?P<thread>in the thread)|to (?P<bmm>bmm)): (?P<text>.*)")
_PRESS = re.compile(r"presses \[(?P<label>.+?)\](?: beside \"(?P<beside>.+?)\")?(?: on \"(?P<on>.+?)\")?\.?")
_CHOICE = re.compile(
    r"chooses \[(?P<menu>.+?): (?P<option>.+?)\](?: beside \"(?P<beside>.+?)\")?(?: on \"(?P<on>.+?)\")?\.?"
)
_PASS = re.compile(r"\*(?P<count>\d+) (?P<unit>second|minute|hour|day)s? pass(?:es)?\.?\*")
_MOMENT = re.compile(r"\*It is (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d) in (?P<zone>[\w/]+)\.?\*")
_PLACE = r"in #(?P<channel>\w+)|(?P<thread>in the thread)|to (?P<person>\w+)"
_SEEN = re.compile(rf"(?P<kind>bmm|now) (?:{_PLACE}): (?P<text>.*)")
_FORM = re.compile(r"the form for (?P<person>\w+): (?P<title>.*)")
_NO_FORM = re.compile(r"no form for (?P<person>\w+)\.?")
_NOTHING = re.compile(rf"nothing (?:{_PLACE}|(?P<all>anywhere))\.?")
_ABSENT = re.compile(r"no (?:\[(?P<label>.+?)\]|\"(?P<words>.+?)\")")
_CONTROLS = re.compile(r"(?:\[[^\]]+\]\s*)+")


@dataclass(frozen=True)
class Scene:
    """One conversation: its name, and its lines with their numbers in the file."""

    name: str
    lines: tuple[tuple[int, str], ...]


@dataclass
class Quote:
    """One quotation: where it stands, its first line, and those that follow."""

    number: int
    opening: str
    rest: list[str] = field(default_factory=list)


def scenes(path: Path) -> Iterator[Scene]:
    """The conversations of a file."""
    name, lines = "", list[tuple[int, str]]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            if name:
                yield Scene(name, tuple(lines))
            name, lines = f"{path.stem}: {line[3:].strip()}", []
        elif name:
            lines.append((number, line))
    if name:
        yield Scene(name, tuple(lines))


class Missed(AssertionError):
    """What was to be seen was not."""


class Play:
    """Plays one scene in a room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._before: dict[tuple[str, str], Seen] = {}
        self._after: dict[tuple[str, str], Seen] = {}
        self._thread = ("", "")  # channel and root of the thread talked in last

    async def play(self, scene: Scene) -> None:
        """Do and compare, line by line. Raises Missed, naming the line."""
        for number, opening, rest in _statements(scene.lines):
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
        if found := _ACT.fullmatch(line):
            await self._do(found["person"], found["deed"], rest)
        elif found := _PASS.fullmatch(line):
            await self._room.advance(timedelta(**{f"{found['unit']}s": int(found["count"])}))
        elif found := _MOMENT.fullmatch(line):
            at = datetime.fromisoformat(found["at"]).replace(tzinfo=ZoneInfo(found["zone"]))
            await self._room.advance(at - self._room.clock.now())
        else:
            raise AssertionError("this is no act that is known")
        self._after = {(each.to, each.ref): each for each in await self._room.everything()}

    async def _do(self, person: str, deed: str, rest: list[str]) -> None:
        if found := _SAID.fullmatch(deed):
            await self._say(person, found)
        elif found := _PRESS.fullmatch(deed):
            on = self._newest(person, found["label"], found["on"], found["beside"])
            await self._room.press(person, found["label"], on, found["beside"] or "")
        elif found := _CHOICE.fullmatch(deed):
            on = self._newest(person, found["menu"], found["on"], found["beside"])
            await self._room.choose(person, found["menu"], found["option"], on, found["beside"] or "")
        elif deed.startswith("fills in"):
            given = [line.removeprefix("- ").partition(":") for line in rest]
            values = {label: value.strip() for label, _, value in given}
            await self._room.submit(person, values)
        elif deed.startswith("closes the form"):
            self._room.close_form(person)
        else:
            raise AssertionError(f"nobody knows how to: {deed}")

    async def _say(self, person: str, found: re.Match[str]) -> None:
        text, thread = found["text"], found["thread"]
        channel = BOT if found["bmm"] else found["channel"] or self._thread[0]
        if text.startswith("/bmm"):
            await self._room.command(person, channel, text.removeprefix("/bmm").strip())
            return
        ref = await self._room.say(person, channel, text, self._thread[1] if thread else "")
        if not thread:
            self._thread = (channel, ref)

    def _newest(self, person: str, label: str, words: str | None, beside: str | None) -> Seen:
        seen = [each for each in self._after.values() if each.to in ("", person) and each.author == BOT]
        there = [each for each in seen if words is None or unmarked(words) in each.text]
        having = [each for each in there if label in {control.label for control in each.controls}]
        having = [each for each in having if not beside or beside in each.text]
        if not having:
            shown = "\n".join(map(_drawn, there[-4:]))
            raise LookupError(f"no message with [{label}] before {person}; the newest are\n{shown}")
        on = having[-1]
        if not on.to:
            self._thread = (on.channel, on.thread or on.ref)
        return on

    # --- comparing

    async def _compare(self, quote: Quote) -> None:
        if found := _SEEN.fullmatch(quote.opening):
            self._look_for(found, [line for line in (found["text"], *quote.rest) if line])
        elif found := _FORM.fullmatch(quote.opening):
            form = await self._room.form(found["person"])
            assert form is not None, f"no form is open before {found['person']}"
            _match_form(form, found["title"], quote.rest)
        elif found := _NO_FORM.fullmatch(quote.opening):
            form = await self._room.form(found["person"])
            assert form is None, f"a form is open: {form}"
        elif found := _NOTHING.fullmatch(quote.opening):
            changed = [each for kind in ("bmm", "now") for each in self._changed(kind)]
            changed = [each for each in changed if found["all"] or self._there(each, found)]
            assert not changed, "something changed:\n" + "\n".join(map(_drawn, changed))
        else:
            raise AssertionError("this is no quotation that is known")

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
        wrong = [(each, problem) for each in candidates if (problem := _mismatch(each, wanted))]
        if len(wrong) < len(candidates):
            return
        told = "\n".join(f"{problem}, in\n{_drawn(each)}" for each, problem in wrong)
        others = "\n".join(_drawn(each) for each in changed if each not in candidates)
        elsewhere = "\n".join(map(_drawn, self._changed("now" if kind == "bmm" else "bmm")))
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


def _statements(lines: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str, list[str]]]:
    """Acts and quotations with the lines that belong to them; prose is left out."""
    number, opening, rest = 0, "", list[str]()
    for at, line in [*lines, (0, "")]:
        if opening.startswith(">") and line.startswith(">") and not _opens(line[1:].strip()):
            rest.append(line[1:].strip())
        elif opening.startswith("**") and line.startswith("- "):
            rest.append(line)
        else:
            if opening:
                yield number, opening, rest
            number, opening, rest = at, "", []
            if line.startswith(("> ", "**")) or re.match(r"\*(?:\d|It is)", line):
                opening = line
    if opening:
        yield number, opening, rest


def _opens(line: str) -> bool:
    return any(each.fullmatch(line) for each in (_SEEN, _FORM, _NO_FORM, _NOTHING))


def _mismatch(seen: Seen, wanted: list[str]) -> str:
    """What of the wanted lines a message lacks, or an empty text."""
    at = 0
    for want in wanted:
        if found := _ABSENT.fullmatch(want):
            if _has(seen, found["label"]) if found["label"] else unmarked(found["words"]) in seen.text:
                return f"it has {want.removeprefix('no ')}"
        elif _CONTROLS.fullmatch(want):
            for label in re.findall(r"\[([^\]]+)\]", want):
                if not _has(seen, label):
                    return f"it lacks [{label}]"
        else:
            text = unmarked(want)
            place = next((n for n in range(at, len(seen.lines)) if text in seen.lines[n]), None)
            if place is None:
                return f"it lacks “{text}”"
            at = place + 1
    return ""


def _has(seen: Seen, label: str) -> bool:
    menu, _, option = label.partition(": ")
    for control in seen.controls:
        if control.label == label or (control.label == menu and option in dict(control.options)):
            return True
    return False


def _match_form(form: SeenForm, title: str, rest: list[str]) -> None:
    assert form.title == unmarked(title), f"the form is called {form.title!r}"
    for line in rest:
        if " ! " in line or re.match(r"[^:]+! ", line):
            label, words = re.split(r"\s?! ", line, maxsplit=1)
            errors = [said for name, said in form.errors if name.startswith(label)]
            assert any(unmarked(words) in unmarked(each) for each in errors), f"{label} is told {form.errors}"
            continue
        label, _, value = line.partition(":")
        asked = form.field(label)
        value = value.strip()
        shown = dict(asked.options).get(asked.initial, asked.initial)
        assert not value or shown == value, f"{label} shows {shown!r}"


def _drawn(seen: Seen) -> str:
    where = f"to {seen.to}" if seen.to else f"in #{seen.channel}{' · thread' if seen.thread else ''}"
    body = "\n".join(f"    {_part(part)}" for part in seen.parts)
    return f"  {seen.author} {where}:\n{body}"


def _part(part: str | Control) -> str:
    if isinstance(part, str):
        return part
    return f"[{part.label}: {', '.join(label for label, _ in part.options)}]" if part.options else f"[{part.label}]"
