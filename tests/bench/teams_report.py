"""Teams' path as a table to read, and what of it was aimed at."""

from collections.abc import Iterator

from adapters.teams.limits import APP_PER_SECOND
from tests.bench.aim import Aim
from tests.bench.scale import Scale
from tests.bench.teams import ANSWERS, OURS, REFERENCES, SLOW, Run, Runs
from tests.bench.teams_storm import Storm

_SHARE = 1 / 3  # of the CPU that stock botbuilder takes for a turn
_PROMPT = 50  # ms
_CALLED = {**REFERENCES, ANSWERS: "bmm, a greeting", OURS: "bmm, an ask and its card"}


def teams(runs: Runs, storm: Storm | None, scale: Scale) -> Iterator[str]:
    """Every server before both Connectors, then the storm."""
    heads = f"{'alone ms':>9}{'p99':>7}{'p50 ms':>9}{'p99 ms':>8}{'acks/s':>8}{'done/s':>8}{'CPU µs':>8}{'to ack':>8}"
    for delay, name in ((0.0, "that answers at once"), (SLOW, f"that takes {1000 * SLOW:.0f} ms")):
        yield f"\nTEAMS' PATH: mentions before a Connector {name}; 32 at once"
        yield f"  {'':<28}{heads}{'bad':>5}{'undone':>8}"
        for server, called in _CALLED.items():
            yield _line(called, runs[server, delay])
        yield from (_against(server, delay, runs) for server in (ANSWERS, OURS))
    yield "  An echo verifies and keeps nothing, and answers when its post is out; bmm verifies RS256, answers when a"
    yield f"  mention is kept, and is done when its post is out. Nothing holds it to {APP_PER_SECOND} calls a second."
    yield from _stormed(storm, scale) if storm else ()


def teams_aims(runs: Runs | None, storm: Storm | None) -> Iterator[Aim]:
    """What the issue asks for."""
    if runs:
        yield from _turns(runs)
    if storm:
        acked = storm.slowest <= 3_000 and not storm.bad
        yield Aim("Teams' storm acknowledged inside three seconds", f"{storm.slowest / 1000:.2f} s at most", acked)
        wrong = f"{storm.lost} lost, {storm.unposted} unposted, {storm.twice} twice"
        yield Aim("nothing of it lost, nothing twice", wrong, not (storm.lost or storm.unposted or storm.twice))
        yield Aim("none of Teams' limits broken", f"{_windows(storm)}; {storm.calls} calls in 1 s", storm.paced)


def _turns(runs: Runs) -> Iterator[Aim]:
    ours, slow = runs[OURS, 0.0], runs[OURS, SLOW]
    answer, card = (runs[server, 0.0].cpu / max(runs["stock", 0.0].cpu, 1e-9) for server in (ANSWERS, OURS))
    told = f"{answer:.2f} of it ({card:.2f} for an ask, its item and its card)"
    yield Aim("an answer in Teams at most a third of an echo's CPU", told, answer <= _SHARE)
    prompt = ours.alone < _PROMPT and slow.alone < _PROMPT and not (ours.bad or slow.bad)
    yield Aim(
        "acknowledged in under 50 ms", f"{ours.alone:.1f} ms, {slow.alone:.1f} ms before a slow Connector", prompt
    )
    kept_up = slow.done >= APP_PER_SECOND and slow.acks > slow.done and not slow.undone
    stock = runs["stock", SLOW]
    yield Aim(
        f"a slow Connector holds nothing up: {APP_PER_SECOND} done a second or more",
        f"{slow.done:.0f} (botbuilder {stock.done:.0f}), acks p99 {slow.p99:.0f} ms ({stock.p99:,.0f})",
        kept_up,
    )


def _against(server: str, delay: float, runs: Runs) -> str:
    ours = runs[server, delay].cpu
    shares = (f"{ours / max(runs[other, delay].cpu, 1e-9):.2f} of {name}" for other, name in REFERENCES.items())
    return f"  {'':<28}CPU of {_CALLED[server]}: {' · '.join(shares)}"


def _line(name: str, run: Run) -> str:
    return (
        f"  {name:<28}{run.alone:>9.2f}{run.alone99:>7.1f}{run.p50:>9.2f}{run.p99:>8.1f}{run.acks:>8,.0f}"
        f"{run.done:>8,.0f}{run.cpu:>8,.0f}{run.acked:>8,.0f}{run.bad:>5}{run.undone:>8}"
    )


def _stormed(storm: Storm, scale: Scale) -> Iterator[str]:
    yield (
        f"\nA STORM of {scale.mentions:,} mentions in {scale.storm_seconds:g} s "
        f"over {scale.storm_channels} channels of Teams"
    )
    yield (
        f"  last ack after {storm.last:.2f} s · slowest {storm.slowest:.0f} ms · p99 {storm.p99:.0f} ms · "
        f"refused {storm.bad} · lost {storm.lost} · twice {storm.twice} · without a post {storm.unposted}"
    )
    yield (
        f"  {storm.redelivered} of them sent again · in one channel at most {_windows(storm)} · "
        f"{storm.calls} calls within a second · all posted after {storm.drained:.1f} s"
    )


def _windows(storm: Storm) -> str:
    return ", ".join(f"{most} of {window[0]:,} in {window[1]:,} s" for window, most in storm.most.items())
