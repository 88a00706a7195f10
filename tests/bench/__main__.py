"""`python -m tests.bench [--quick] [PART …]`: measures, prints one report, and leaves nothing behind."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench import growth, runs, serving, teams
from tests.bench.report import Measured, report
from tests.bench.runs import Bench
from tests.bench.scale import FULL, QUICK, Scale
from tests.bench.storm import storm
from tests.bench.stub import Stub
from tests.bench.teams_storm import storm as teams_storm
from tests.bench.turns import turns
from tests.bench.votes import votes

PARTS = ("bare", "naive", "acks", "done", "turns", "burst", "storm", "votes", "teams", "growth", "start")


def main() -> None:
    """Run the benchmark, or the parts of it that are named."""
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--quick", action="store_true", help="a version for about a minute")
    parser.add_argument("--runs", type=int, help="how often each thing is measured")
    arguments = parser.parse_args()
    if strange := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(strange))}")
    scale = QUICK if arguments.quick else FULL
    scale = replace(scale, runs=arguments.runs) if arguments.runs else scale
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    measured, failed = asyncio.run(_measured(scale, arguments.parts or PARTS))
    _say("")
    print("\n".join([*report(measured, scale), *failed]))
    sys.exit(1 if failed else 0)


async def _measured(scale: Scale, parts: Sequence[str]) -> tuple[Measured, list[str]]:
    """What was measured, and which parts failed, and why."""
    measured, failed = Measured(), []
    serving.pin(os.getpid(), server=False)
    with tempfile.TemporaryDirectory(prefix="bmm-bench-") as name:
        async with Stub() as stub:
            bench = Bench(scale, stub, Path(name), await serving.prepared(Path(name)), _say)
            for part in PARTS:
                if part not in parts:
                    continue
                try:
                    await _measure(part, bench, measured)
                except Exception as error:  # noqa: BLE001 - what the other parts found is worth a report
                    failed.append(f"  FAILED       {part}: {error!r}")
    return measured, failed


async def _measure(part: str, bench: Bench, measured: Measured) -> None:
    match part:
        case "bare":
            measured.bare = await runs.reference(bench, part)
        case "naive":
            measured.naive = await runs.reference(bench, part)
        case "acks":
            measured.acks = await runs.acks(bench)
        case "done":
            measured.done = await runs.done(bench)
        case "turns":
            measured.turns = await turns(bench)
        case "burst":
            measured.burst = await runs.burst(bench)
        case "storm":
            measured.storm = await storm(bench)
        case "votes":
            measured.votes = await votes(bench)
        case "teams":
            async with teams.ground(bench) as ground:
                measured.teams = await teams.runs(ground)
                measured.teams_storm = await teams_storm(ground)
        case "growth":
            measured.sqlite = await growth.growth(bench, "sqlite")
            measured.postgres = await growth.growth(bench, "postgres") if bench.scale.postgres else None
        case _:
            measured.start = await runs.start(bench)


def _say(what: str) -> None:
    """Where it is, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)
    elif what:
        print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
