"""Runs of load against one server, and what they come to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench import load, serving
from tests.bench.load import Told
from tests.bench.scale import Scale
from tests.bench.serving import Process
from tests.bench.signed import Slack
from tests.bench.stub import Stub

Say = Callable[[str], None]
_FASTEST = 25_000  # requests a second that no server here answers


@dataclass(frozen=True)
class Rate:
    """Events a second, milliseconds at the median and at 99 %, CPU in µs of the server for each; medians of runs."""

    rate: float
    p50: float
    p99: float
    cpu: float
    bad: int = 0
    busy: float = 0.0
    memory: float = 0.0
    sustained: float = 0.0
    unanswered: int = 0


@dataclass
class Bench:
    """What every part of the benchmark needs."""

    scale: Scale
    stub: Stub
    folder: Path
    prepared: Path
    say: Say
    slack: Slack = field(default_factory=Slack)
    _files: int = 0

    def file(self, prepared: Path | None = None) -> Path:
        """A fresh prepared database, Slack's where no other is named."""
        self._files += 1
        return serving.copied(prepared or self.prepared, f"run{self._files}")


async def reference(bench: Bench, kind: str) -> dict[int, Rate]:
    """Acks of a reference, by the number of connections: its ack is all there is."""
    async with serving.reference(kind, bench.stub.origin, bench.folder) as process:
        await _warmed(bench, process)
        rates = {}
        for connections in bench.scale.connections:
            bench.say(f"({kind}) {connections} at once")
            rates[connections] = _middle([await _acks(bench, process, connections) for _ in range(bench.scale.runs)])
            bench.stub.forget()
    return rates


async def acks(bench: Bench) -> dict[int, Rate]:
    """Acks of bmm, each run on a fresh process and file, because it leaves a backlog behind."""
    rates = {}
    for connections in bench.scale.connections:
        bench.say(f"acks, {connections} at once")
        rates[connections] = _middle([await _one(bench, connections) for _ in range(bench.scale.runs)])
    return rates


async def done(bench: Bench) -> Rate:
    """Events done: acknowledged 32 at once, and then the last of their posts."""
    rates = []
    for _ in range(bench.scale.runs):
        bench.say(f"done, {bench.scale.done} events")
        async with serving.bmm(bench.file(), bench.stub.origin) as process:
            await _warmed(bench, process)
            rates.append(await _worked_off(bench, process))
    return _middle(rates)


@dataclass(frozen=True)
class Burst:
    """A burst: milliseconds of the slowest and the 99th ack, seconds to the last; events lost and done twice."""

    p99: float
    slowest: float
    last: float
    bad: int
    lost: int
    twice: int
    unposted: int
    drained: float


async def burst(bench: Bench) -> Burst:
    """Many events in an open loop, then a look at what became of each."""
    scale, file = bench.scale, bench.file()
    bench.say(f"a burst of {scale.burst} in {scale.burst_seconds:g} s")
    async with serving.bmm(file, bench.stub.origin) as process:
        await _warmed(bench, process)
        bench.stub.forget()
        requests = bench.slack.adds(scale.burst)
        told = await load.paced(process.port, requests, scale.burst_seconds)
        tokens = {request.token.encode() for request in requests}
        await bench.stub.until(lambda: len(bench.stub.calls) >= scale.burst, scale.patience)
        await bench.stub.until(lambda: False, 0.5)  # what comes twice comes late
        posted = bench.stub.tokens()
        drained = bench.stub.calls[-1].at - told.began if bench.stub.calls else 0.0
    kept = serving.count(file, "SELECT count(*) FROM inbox WHERE state = 'done'") - scale.warm
    return Burst(
        told.quantile(0.99),
        1000 * max(told.waits),
        told.ended - told.began,
        told.bad,
        max(scale.burst - told.bad - kept, 0),
        sum(1 for token in tokens if posted[token] > 1),
        sum(1 for token in tokens if not posted[token]),
        drained,
    )


@dataclass(frozen=True)
class Start:
    """Seconds to the first ready answer, on an empty place and on a file that is there; MB then."""

    first: float
    again: float
    memory: float


async def start(bench: Bench) -> Start:
    """Start-up, measured some times."""
    firsts: list[float] = []
    agains: list[float] = []
    memories: list[float] = []
    for number in range(bench.scale.starts):
        bench.say("start-up")
        folder = bench.folder / f"start{number}"
        folder.mkdir()
        for times in (firsts, agains):
            async with serving.bmm(folder / "bmm.db", bench.stub.origin) as process:
                times.append(process.took)
                memories.append(process.memory())
    return Start(median(firsts), median(agains), median(memories))


async def _one(bench: Bench, connections: int) -> Rate:
    async with serving.bmm(bench.file(), bench.stub.origin) as process:
        await _warmed(bench, process)
        rate = await _acks(bench, process, connections)
        bench.stub.forget()
        return rate


async def _acks(bench: Bench, process: Process, connections: int) -> Rate:
    probe = await load.closed(process.port, bench.slack.adds(max(40, 4 * connections)), connections, 5)
    most = int(min(1.6 * probe.rate + 500, _FASTEST) * bench.scale.seconds)
    requests = bench.slack.adds(most)
    before = process.cpu()
    told = await load.closed(process.port, requests, connections, bench.scale.seconds)
    return _rate(told, process, process.cpu() - before)


async def _worked_off(bench: Bench, process: Process) -> Rate:
    bench.stub.forget()
    scale, requests, before = bench.scale, bench.slack.adds(bench.scale.done), process.cpu()
    told = await load.closed(process.port, requests, 32, scale.patience)
    await bench.stub.until(lambda: len(bench.stub.calls) >= scale.done, scale.patience)
    spent, times = process.cpu() - before, [call.at for call in bench.stub.posts()]
    posted = sum(1 for request in requests if bench.stub.tokens()[request.token.encode()])
    return Rate(
        len(times) / (times[-1] - told.began) if times else 0.0,
        told.quantile(0.5), told.quantile(0.99), 1e6 * spent / max(len(times), 1), told.bad, told.busy,
        process.memory(), _sustained(times), scale.done - posted,
    )  # fmt: skip


async def _warmed(bench: Bench, process: Process) -> None:
    """Load until caches are warm, and wait until that is worked off."""
    bench.stub.forget()
    await load.closed(process.port, bench.slack.adds(bench.scale.warm), 8, 10)
    await bench.stub.until(lambda: len(bench.stub.calls) >= bench.scale.warm, 1 if not bench.stub.calls else 20)
    await bench.stub.until(lambda: False, 0.1)


def _sustained(times: list[float]) -> float:
    """Posts a second between the first tenth and the last."""
    tenth = len(times) // 10
    between = times[tenth : len(times) - tenth]
    return (len(between) - 1) / (between[-1] - between[0]) if len(between) > 1 else 0.0


def _rate(told: Told, process: Process, spent: float) -> Rate:
    return Rate(
        told.rate, told.quantile(0.5), told.quantile(0.99), 1e6 * spent / max(len(told.waits), 1), told.bad, told.busy,
        process.memory(),
    )  # fmt: skip


def _middle(rates: list[Rate]) -> Rate:
    """The median of each figure; the sum of what went wrong."""
    names = ("rate", "p50", "p99", "cpu", "busy", "memory", "sustained")
    figures = {name: median(getattr(rate, name) for rate in rates) for name in names}
    wrong = {name: sum(getattr(rate, name) for rate in rates) for name in ("bad", "unanswered")}
    return Rate(**figures, **wrong)


__all__ = ["Bench", "Burst", "Rate", "Start", "acks", "burst", "done", "reference", "start"]
