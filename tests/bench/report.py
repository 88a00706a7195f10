"""What was measured, as tables to read, each aim of the project beside its figure."""

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.bench.aim import Aim
from tests.bench.growth import TIMED, Costs
from tests.bench.runs import Burst, Rate, Start
from tests.bench.scale import Scale
from tests.bench.signed import KINDS
from tests.bench.storm import PACE, Storm
from tests.bench.teams import Runs
from tests.bench.teams_report import teams, teams_aims
from tests.bench.teams_storm import Storm as TeamsStorm
from tests.bench.turns import OURS, REFERENCES, Turn, Turns
from tests.bench.votes import Votes

_AT = 32  # connections at which acks are compared
_FLAT = 1.5  # times dearer on the largest board than on the smallest, and still flat
_SHARE = 0.85  # of its core that the load may take before it is what is measured

Rates = Mapping[int, Rate]


@dataclass
class Measured:
    """Everything that a run of the benchmark measures; what was left out is None."""

    bare: Rates | None = None
    naive: Rates | None = None
    acks: Rates | None = None
    done: Rate | None = None
    turns: Turns | None = None
    burst: Burst | None = None
    storm: Storm | None = None
    votes: Votes | None = None
    teams: Runs | None = None
    teams_storm: TeamsStorm | None = None
    sqlite: Costs | None = None
    postgres: Costs | None = None
    start: Start | None = None


def report(measured: Measured, scale: Scale) -> Iterator[str]:
    """The lines of the whole report."""
    yield (
        f"\nbmm's speed · Python {platform.python_version()} on {sys.platform}, {os.cpu_count()} cores · "
        f"{scale.runs} × {scale.seconds:g} s, medians · SQLite in WAL: bmm synchronous=FULL, (b) NORMAL"
    )
    yield from _traffic(measured)
    yield from _roads(measured.turns) if measured.turns else ()
    yield from _events(measured, scale)
    yield from teams(measured.teams, measured.teams_storm, scale) if measured.teams else ()
    for name, costs in (("SQLite", measured.sqlite), ("PostgreSQL", measured.postgres)):
        yield from _growth(name, costs) if costs else ()
    if measured.start:
        yield "\nSTART-UP AND MEMORY"
        yield f"  ready after {measured.start.first:.2f} s on an empty place, {measured.start.again:.2f} s on its file"
        after = f", {measured.done.memory:.0f} MB after the done runs" if measured.done else ""
        yield f"  {measured.start.memory:.0f} MB resident then{after}"
    yield "\nAIMS"
    yield from map(str, aims(measured))


def aims(measured: Measured) -> Iterator[Aim]:
    """Every aim that the issue names, as far as it was measured."""
    yield from _rate_aims(measured)
    if measured.burst:
        yield from _burst_aims(measured.burst)
    yield from _turn_aims(measured.turns) if measured.turns else ()
    yield from _storm_aims(measured.storm) if measured.storm else ()
    if (votes := measured.votes) is not None:
        right = votes.tally == votes.expected and not votes.lost
        yield Aim("the votes counted rightly", f"{votes.lost} lost, {votes.edits} edits", right)
    yield from teams_aims(measured.teams, measured.teams_storm)
    if measured.sqlite:
        yield from _growth_aims(measured.sqlite)
    if (start := measured.start) is not None:
        slowest, most = max(start.first, start.again), max(start.memory, measured.done.memory if measured.done else 0)
        yield Aim("ready within 1.5 s", f"{slowest:.2f} s", slowest < 1.5)
        yield Aim("under 160 MB", f"{most:.0f} MB", most < 160)


# --- the tables


def _traffic(measured: Measured) -> Iterator[str]:
    yield "\nA SIGNED /bmm add"
    heads = f"{'at once':>8}{'per s':>9}{'× (b)':>8}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}{'load':>7}{'bad':>5}"
    yield f"  {'':<34}{heads}"
    named = {
        "(a) bare aiohttp: verify, parse": measured.bare,
        "(b) naive: Bolt, row, post, ack": measured.naive,
        "bmm, acknowledged (kept durably)": measured.acks,
    }
    for name, rates in named.items():
        for connections, rate in (rates or {}).items():
            yield _line(name, connections, rate, _ratio(rate.rate, measured.naive, connections))
    if measured.done:
        done = measured.done
        yield _line("bmm, done (answer posted)", _AT, done, _ratio(done.rate, measured.naive, _AT))
        yield f"  {'':<34}sustained {done.sustained:.0f} per s; {done.unanswered} without an answer"
    yield "  CPU of the server's process per event; beside acks the turns of earlier events run on the same core."
    busy = f"{os.getloadavg()[0]:.1f}"
    yield f"  The machine's load average is {busy}: above 2, others disturb the rates, and CPU is what to trust."
    yield from _warnings(measured)


def _roads(turns: Turns) -> Iterator[str]:
    """Every road: bmm beside its references, as figures and as shares of each reference's."""
    yield "\nSLACK'S PATH: the same ask by each road, signed; 32 at once"
    heads = f"{'alone ms':>10}{'p50 ms':>9}{'p99 ms':>9}{'acks/s':>9}{'done/s':>9}{'CPU µs':>9}{'bad':>5}{'undone':>8}"
    yield f"  {'':<38}{heads}"
    for kind in KINDS:
        for server, name in {**REFERENCES, OURS: "bmm"}.items():
            yield _turn(f"{kind}: {name}", turns[server, kind])
        ours = turns[OURS, kind]
        against = (f"{_shares(ours, turns[server, kind])} {name}" for server, name in REFERENCES.items())
        yield f"  {'':<38}bmm: {' · '.join(against)}"
    yield "  × acks and × CPU. A reference is done when it acknowledges; bmm when the item is kept and its card posted."


def _turn(name: str, turn: Turn) -> str:
    return (
        f"  {name:<38}{turn.alone:>10.2f}{turn.p50:>9.2f}{turn.p99:>9.1f}{turn.acks:>9,.0f}{turn.done:>9,.0f}"
        f"{turn.cpu:>9,.0f}{turn.bad:>5}{turn.undone:>8}"
    )


def _shares(ours: Turn, other: Turn) -> str:
    return f"{ours.acks / max(other.acks, 1e-9):.2f} / {ours.cpu / max(other.cpu, 1e-9):.1f} of"


def _line(name: str, connections: int, rate: Rate, ratio: float | None) -> str:
    compared = f"{ratio:.2f}" if ratio is not None else "–"
    return (
        f"  {name:<34}{connections:>8}{rate.rate:>9,.0f}{compared:>8}{rate.p50:>9.2f}{rate.p99:>9.1f}{rate.cpu:>9,.0f}"
        f"{rate.busy:>7.0%}{rate.bad:>5}"
    )


def _warnings(measured: Measured) -> Iterator[str]:
    for rates in (measured.bare, measured.naive, measured.acks):
        if rates and max(rate.busy for rate in rates.values()) > _SHARE:
            yield "  Careful: the load's own core was full, so that some of these rates are the load's."
            return


def _events(measured: Measured, scale: Scale) -> Iterator[str]:
    burst, votes = measured.burst, measured.votes
    if burst:
        yield f"\nA BURST of {scale.burst:,} in {scale.burst_seconds:g} s"
        yield (
            f"  last ack after {burst.last:.2f} s · slowest {burst.slowest:.0f} ms · p99 {burst.p99:.0f} ms · "
            f"refused {burst.bad} · lost {burst.lost} · twice {burst.twice} · "
            f"without a post {burst.unposted} · all posted after {burst.drained:.1f} s"
        )
    if (storm := measured.storm) is not None:
        yield f"\nA STORM of {scale.storm:,} events in {scale.storm_seconds:g} s over {scale.storm_channels} channels"
        yield (
            f"  last ack after {storm.last:.2f} s · slowest {storm.slowest:.0f} ms · p99 {storm.p99:.0f} ms · "
            f"refused {storm.bad} · lost {storm.lost} · twice {storm.twice} · without a post {storm.unposted}"
        )
        yield (
            f"  {storm.redelivered} of them sent again · at most {storm.most} posts in a channel within a second · "
            f"{storm.over} too soon · all posted after {storm.drained:.1f} s"
        )
    if votes:
        yield f"\n{scale.votes} VOTES in {scale.votes_seconds:g} s on one card"
        yield (
            f"  {votes.edits} edits · ack p99 {votes.p99:.0f} ms · refused {votes.bad} · lost {votes.lost} · "
            f"the card said {votes.counted!r}, then {votes.tally}"
        )


def _growth(name: str, costs: Costs) -> Iterator[str]:
    yield f"\nAS A BOARD GROWS, ms in one process on {name}"
    yield f"  {'items':>10}" + "".join(f"{each:>14}" for each in TIMED)
    for size, row in costs.items():
        yield f"  {size:>10,}" + "".join(f"{row[each]:>14.2f}" for each in TIMED)
    yield f"  {'×':>10}" + "".join(f"{_grown(costs, each):>14.2f}" for each in TIMED)


# --- the aims


def _rate_aims(measured: Measured) -> Iterator[Aim]:
    if measured.acks:
        acks = measured.acks[_AT]
        yield _compared("acks at least 5 × (b), 32 at once", acks, measured, 5)
        yield Aim("their p99 under 50 ms", f"{acks.p99:.1f} ms", acks.p99 < 50)
    if measured.done:
        yield _compared("done at least as many as (b)", measured.done, measured, 1)
        yield _compared("and then twice", measured.done, measured, 2)


def _compared(what: str, rate: Rate, measured: Measured, least: float) -> Aim:
    ratio = _ratio(rate.rate, measured.naive, _AT)
    if ratio is None or not measured.naive:
        return Aim(what, "", None)
    return Aim(what, f"{ratio:.2f} × ({measured.naive[_AT].cpu / rate.cpu:.2f} × by CPU)", ratio >= least)


def _burst_aims(burst: Burst) -> Iterator[Aim]:
    yield Aim("the burst acknowledged inside three seconds", f"{burst.last:.2f} s", burst.last <= 3 and not burst.bad)
    wrong = f"{burst.lost} lost, {burst.unposted} unposted, {burst.twice} twice"
    yield Aim("nothing of it lost, nothing twice", wrong, not (burst.lost or burst.unposted or burst.twice))


def _turn_aims(turns: Turns) -> Iterator[Aim]:
    slowest = max(turns[OURS, kind].alone for kind in KINDS)
    wrong = sum(turns[OURS, kind].bad + turns[OURS, kind].undone for kind in KINDS)
    yield Aim(
        "each road acknowledged in under 50 ms", f"{slowest:.1f} ms, {wrong} not done", slowest < 50 and not wrong
    )


def _storm_aims(storm: Storm) -> Iterator[Aim]:
    yield Aim("the storm acknowledged inside three seconds", f"{storm.slowest / 1000:.2f} s at most",
              storm.slowest <= 3_000 and not storm.bad)  # fmt: skip
    wrong = f"{storm.lost} lost, {storm.unposted} unposted, {storm.twice} twice"
    yield Aim("nothing of it lost, nothing twice", wrong, not (storm.lost or storm.unposted or storm.twice))
    paced = f"{storm.most} within a second, {storm.over} too soon"
    yield Aim("no channel posted to faster than Slack allows", paced, storm.most <= PACE.burst and not storm.over)


def _growth_aims(costs: Costs) -> Iterator[Aim]:
    for name in ("turn", "backlog", "start"):
        times = _grown(costs, name)
        yield Aim(f"cost of {name} flat from {min(costs):,} items to {max(costs):,}", f"{times:.2f} ×", times <= _FLAT)
    for name in ("find", "find nothing"):
        took = costs[max(costs)][name]
        yield Aim(f"{name} under 50 ms at {max(costs):,}", f"{took:.1f} ms", took < 50)


def _grown(costs: Costs, name: str) -> float:
    return costs[max(costs)][name] / costs[min(costs)][name]


def _ratio(rate: float, naive: Rates | None, connections: int) -> float | None:
    return rate / naive[connections].rate if naive and connections in naive else None
