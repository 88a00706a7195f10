"""A file of conversations as scenes, and a scene as acts and quotations; the grammar stands in `transcripts`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.harness import HouseName

HERE = Path(__file__).parent

ACT = re.compile(r"\*\*(?P<person>\w+)\*\* (?P<deed>.+)")
SAID = re.compile(
    r"(?:in #(?P<channel>\w+)|(?P<thread>in the thread)|to (?P<bmm>bmm))(?: with (?P<files>[\w., -]+))?: (?P<text>.*)"
)
_WHERE = r"(?: beside \"(?P<beside>.+?)\")?(?: on (?:\"(?P<on>.+?)\"|(?P<home>the home)))?\.?"
PRESS = re.compile(rf"presses \[(?P<label>.+?)\]{_WHERE}")
CHOICE = re.compile(rf"chooses \[(?P<label>.+?): (?P<option>.+?)\]{_WHERE}")
USE = re.compile(r"uses \[(?P<label>.+?)\](?: on \"(?P<on>.+?)\")?\.?")
EDIT = re.compile(r"edits \"(?P<on>.+?)\": (?P<text>.*)")
DELETE = re.compile(r"deletes \"(?P<on>.+?)\"\.?")
REACT = re.compile(r"reacts with :(?P<emoji>[\w+-]+): on \"(?P<on>.+?)\"\.?")
MOVE = re.compile(
    r"(?P<deed>invites|removes|archives|unarchives|renames|deletes|restores)(?: bmm)?(?: to| from)? #(?P<channel>\w+)"
    r"(?: to #(?P<name>\w+))?\.?"
)
PASS = re.compile(r"\*(?P<count>\d+) (?P<unit>second|minute|hour|day)s? pass(?:es)?\.?\*")
MOMENT = re.compile(r"\*It is (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d) in (?P<zone>[\w/]+)\.?\*")
_PLACE = r"in #(?P<channel>\w+)|(?P<thread>in the thread)|to (?P<person>\w+)"
SEEN = re.compile(rf"(?P<kind>bmm|now) (?:{_PLACE}): (?P<text>.*)")
FORM = re.compile(r"the form for (?P<person>\w+): (?P<title>.*)")
NO_FORM = re.compile(r"no form for (?P<person>\w+)\.?")
HOME = re.compile(r"(?P<now>now )?the home of (?P<person>\w+): (?P<text>.*)")
NOTHING = re.compile(rf"nothing (?:{_PLACE}|(?P<all>anywhere)|on the home of (?P<home>\w+))\.?")
HOUSES: dict[str, HouseName] = {"playground": "playground", "Slack": "slack", "Teams": "teams"}
_HOUSE = "|".join(HOUSES)
_HEADING = re.compile(rf"## (?P<name>.+?)(?: \((?P<houses>(?:{_HOUSE})(?:, (?:{_HOUSE}))*)\))?\s*")


@dataclass(frozen=True)
class Scene:
    """One conversation: its name, its lines with their numbers in the file, and the houses that can play it."""

    name: str
    lines: tuple[tuple[int, str], ...]
    houses: tuple[HouseName, ...] = tuple(HOUSES.values())


@dataclass
class Quote:
    """One quotation: where it stands, its first line, and those that follow."""

    number: int
    opening: str
    rest: list[str] = field(default_factory=list)


def scenes(path: Path) -> Iterator[Scene]:
    """The conversations of a file."""
    scene: Scene | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := _HEADING.fullmatch(line):
            if scene:
                yield scene
            named = (found["houses"] or ", ".join(HOUSES)).split(", ")
            scene = Scene(f"{path.stem}: {found['name']}", (), tuple(HOUSES[each] for each in named))
        elif scene:
            scene = replace(scene, lines=(*scene.lines, (number, line)))
    if scene:
        yield scene


def statements(lines: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str, list[str]]]:
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
    return any(each.fullmatch(line) for each in (SEEN, FORM, NO_FORM, NOTHING, HOME))
