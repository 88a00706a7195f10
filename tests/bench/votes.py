"""Many votes on one ballot: how often its card is edited, and whether the count is right at the end."""

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.bench import load, serving
from tests.bench.runs import Bench
from tests.bench.serving import Process
from tests.bench.signed import Signed, channel
from tests.bench.stub import Call

_CARDS = ("yes", "no", "?")
_WHERE, _CALLER = channel(7), "U90000"


@dataclass(frozen=True)
class Votes:
    """Edits of the card while votes came; acks; votes lost; the count on the last edit before and after the reveal."""

    edits: int
    p99: float
    bad: int
    lost: int
    counted: str
    tally: dict[str, int]
    expected: dict[str, int]


async def votes(bench: Bench) -> Votes:
    """Everybody votes once, evenly spread; then the caller reveals."""
    scale, file = bench.scale, bench.file()
    bench.say(f"{scale.votes} votes in {scale.votes_seconds:g} s")
    bench.stub.forget()
    async with serving.bmm(file, bench.stub.origin) as process:
        card = await _called(bench, process)
        buttons = _buttons(card.body)
        told = await load.paced(process.port, _presses(bench, card, buttons), scale.votes_seconds)
        await bench.stub.until(lambda: f"{scale.votes} voted" in _seen(bench), 15)
        before, seen = bench.stub.counts["chat.update"], _seen(bench)
        await asyncio.sleep(2)  # the pace of edits
        reveal = bench.slack.press(_CALLER, _WHERE, card.ts, buttons["reveal"])
        await load.closed(process.port, [reveal], 1, 5)
        await bench.stub.until(lambda: bench.stub.counts["chat.update"] > before, 10)
        tally = _tally(_seen(bench))
    kept = serving.count(file, "SELECT count(*) FROM votes")
    counted = re.search(r"\d+ voted", seen)
    return Votes(
        before, told.quantile(0.99), told.bad, scale.votes - kept, counted[0] if counted else "none",
        tally, dict(Counter(_CARDS[number % 3] for number in range(scale.votes))),
    )  # fmt: skip


async def _called(bench: Bench, process: Process) -> Call:
    request = bench.slack.command("vote shall we move the stand-up?", _WHERE, _CALLER)
    await load.closed(process.port, [request], 1, 5)
    await bench.stub.until(lambda: any(b"ballot.vote" in call.body for call in bench.stub.calls), 10)
    for call in bench.stub.calls:
        if b"ballot.vote" in call.body:
            return call
    raise RuntimeError(f"the ballot was not posted: {process.said()[-2000:]}")


def _presses(bench: Bench, card: Call, buttons: dict[str, Any]) -> list[Signed]:
    return [
        bench.slack.press(f"U8{number:04d}", _WHERE, card.ts, buttons[_CARDS[number % 3]])
        for number in range(bench.scale.votes)
    ]


def _seen(bench: Bench) -> str:
    """What the card says now."""
    cards = [call for call in bench.stub.calls if call.method == "chat.update"] or bench.stub.calls[:1]
    return "\n".join(_texts(json.loads(cards[-1].body)["blocks"]))


def _buttons(body: bytes) -> dict[str, Any]:
    """The buttons of a ballot, as they come back when pressed: by the card that each chooses, and `reveal`."""
    blocks = [block for block in json.loads(body)["blocks"] if block["type"] == "actions"]
    pressed = {}
    for each in (each for block in blocks for each in block["elements"]):
        verb, _, carried = each.get("value", "").partition(" ")
        name = json.loads(carried).get("choice", "") if verb == "ballot.vote" else verb.rpartition(".")[2]
        pressed[name] = {"action_id": each["action_id"], "block_id": "b", "value": each.get("value", "")}
    return pressed


def _tally(seen: str) -> dict[str, int]:
    """The counts of a revealed card, whose bars read `67 of 200 · yes`."""
    return {card: int(count) for count, card in re.findall(r"(\d+) of \d+ \W*?(\w+|\?)\s*$", seen, re.MULTILINE)}


def _texts(thing: Any) -> list[str]:
    """Every paragraph of a message, its runs joined."""
    if isinstance(thing, list):
        return [line for each in thing for line in _texts(each)]
    if not isinstance(thing, dict):
        return []
    if isinstance(thing.get("text"), str):
        return [thing["text"]]
    if thing.get("type") == "rich_text_section":
        return ["".join(run.get("text", "") for run in thing["elements"])]
    return [line for each in thing.values() for line in _texts(each)]
