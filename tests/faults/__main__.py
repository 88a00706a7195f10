"""`make faults`: many kills on each database, and a report; exits with 1 where anything was lost or came twice."""

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.faults.kills import Report, run
from tests.pgtest import Postgres, find_binaries


def main() -> None:
    """Run, print, and say by the exit code whether all is well."""
    parser = argparse.ArgumentParser("python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=60, help="on each database (default 60)")
    parser.add_argument("--asks", type=int, default=300)
    parser.add_argument("--votes", type=int, default=200)
    parser.add_argument("--seed", type=int, help="makes the same moments again")
    given = parser.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    print(f"kill -9 at random moments of {given.asks} asks and {given.votes} votes, seed {seed}", flush=True)
    reports = [_on_sqlite(given, seed), _on_postgres(given, seed)]
    sys.exit(any(report is not None and report.wrong for report in reports))


def _on_sqlite(given: argparse.Namespace, seed: int) -> Report:
    with tempfile.TemporaryDirectory(prefix="bmm-faults-") as folder:
        return _printed("SQLite", _run(f"sqlite:///{folder}/bmm.db", Path(folder), given, seed))


def _on_postgres(given: argparse.Namespace, seed: int) -> Report | None:
    binaries = find_binaries()
    if binaries is None:
        print("PostgreSQL: NOT CHECKED, no programs found (see BMM_TEST_PG_BIN)")
        return None
    with Postgres(binaries, durable=True) as server, tempfile.TemporaryDirectory(prefix="bmm-faults-") as folder:
        server.create("bmm")
        return _printed("PostgreSQL", _run(server.url("bmm"), Path(folder), given, seed))


def _run(url: str, folder: Path, given: argparse.Namespace, seed: int) -> Report:
    return asyncio.run(run(url, folder, asks=given.asks, votes=given.votes, kills=given.kills, seed=seed))


def _printed(name: str, report: Report) -> Report:
    print(f"{name}: {report}", flush=True)
    for each in report.wrong:
        print(f"  {each}", flush=True)
    return report


if __name__ == "__main__":
    main()
