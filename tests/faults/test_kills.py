"""A small version of `make faults`: a few kills on each database."""

from pathlib import Path

from tests.faults.kills import run


async def test_what_was_acknowledged_outlives_kills_once_and_is_answered_once(
    database_url: str, tmp_path: Path
) -> None:
    report = await run(database_url, tmp_path, asks=40, votes=25, kills=4, seed=2)
    assert (report.wrong, report.kills, report.asks, report.votes) == ([], 4, 40, 25)
