"""Slack's path: the same ask by each of its roads, through signature and Bolt, beside what Bolt alone takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

from tests.bench import load, serving
from tests.bench.load import Told
from tests.bench.runs import Bench
from tests.bench.serving import Process
from tests.bench.signed import KINDS, Kind

OURS = "bmm"
REFERENCES = {"bare": "bare", "bolt-before": "Bolt, acks after", "bolt": "Bolt, acks before"}
_MANY = 32


@dataclass(frozen=True)
class Turn:
    """One road through one server: milliseconds of an ack alone (median), and of many at once; both rates; CPU in µs.

    `done` is how many asks a second were acknowledged and answered with a post, and `cpu` what each took in all; for a
    reference the ack is all there is.
    """

    alone: float
    p50: float
    p99: float
    acks: float
    done: float
    cpu: float
    bad: int
    undone: int = 0


Turns = dict[tuple[str, Kind], Turn]


async def turns(bench: Bench) -> Turns:
    """Every road through every server, each run in a process of its own."""
    found: Turns = {}
    for server in (*REFERENCES, OURS):
        for kind in KINDS:
            bench.say(f"{kind} through {server}")
            found[server, kind] = _middle([await _run(bench, server, kind) for _ in range(bench.scale.runs)])
    return found


async def _run(bench: Bench, server: str, kind: Kind) -> Turn:
    bench.stub.forget()
    async with _serving(bench, server) as process:
        await _loaded(bench, process, kind, bench.scale.warm, _MANY, server)
        alone, _, _ = await _loaded(bench, process, kind, bench.scale.warm, 1, server)
        told, spent, ended = await _loaded(bench, process, kind, bench.scale.turned, _MANY, server)
        count = len(told.waits)
        return Turn(
            alone.quantile(0.5), told.quantile(0.5), told.quantile(0.99), told.rate,
            (count - told.bad) / (ended - told.began), 1e6 * spent / max(count, 1), told.bad + alone.bad,
            _undone(bench, server, told),
        )  # fmt: skip


async def _loaded(
    bench: Bench, process: Process, kind: Kind, count: int, connections: int, server: str
) -> tuple[Told, float, float]:
    """What came of so many asks; CPU seconds until the last was answered; when that was (perf_counter)."""
    bench.stub.forget()
    requests, before = bench.slack.asks(kind, count), process.cpu()
    told = await load.closed(process.port, requests, connections, bench.scale.patience)
    if server != OURS:
        return told, process.cpu() - before, told.ended
    await bench.stub.until(lambda: not _undone(bench, server, told), bench.scale.patience)
    posts = bench.stub.posts()
    return told, process.cpu() - before, max([told.ended, *(call.at for call in posts)])


def _undone(bench: Bench, server: str, told: Told) -> int:
    """How many asks have no post of their own yet."""
    return max(len(told.waits) - told.bad - len(bench.stub.posts()), 0) if server == OURS else 0


@asynccontextmanager
async def _serving(bench: Bench, server: str) -> AsyncIterator[Process]:
    ours = server == OURS
    made = (
        serving.bmm(bench.file(), bench.stub.origin)
        if ours
        else serving.reference(server, bench.stub.origin, bench.folder)
    )
    async with made as process:
        yield process


def _middle(runs: list[Turn]) -> Turn:
    figures = {name: median(getattr(run, name) for run in runs) for name in _FIGURES}
    return Turn(**figures, bad=sum(run.bad for run in runs), undone=sum(run.undone for run in runs))


_FIGURES = ("alone", "p50", "p99", "acks", "done", "cpu")
