"""The queue before a commit: many in one, and nobody waits in it for longer than somebody listens."""

import asyncio
from typing import Any

import pytest

from bot.ledger import Tenant
from bot.ports import Unavailable
from storage import committer
from storage.committer import Committer
from tests.samples import sample


def tenant(id: str) -> Any:
    return sample(Tenant, id=id)


async def test_who_stands_in_the_queue_too_long_is_told_so_and_is_not_kept_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committer, "PATIENCE", 0.01)
    begun, busy, kept = asyncio.Event(), asyncio.Event(), list[str]()

    async def insert(rows: list[Any]) -> set[str]:
        begun.set()
        await busy.wait()
        kept.extend(row.id for row in rows)
        return {row.id for row in rows}

    queue = Committer(insert)
    first = asyncio.create_task(queue.keep([tenant("first")]))
    await begun.wait()
    with pytest.raises(Unavailable):
        await queue.keep([tenant("second")])
    busy.set()
    assert await first == [True]
    assert await queue.keep([tenant("third")]) == [True]
    assert kept == ["first", "third"]


async def test_whoever_waits_while_one_commits_goes_in_the_next_together() -> None:
    commits = list[int]()

    async def insert(rows: list[Any]) -> set[str]:
        commits.append(len(rows))
        await asyncio.sleep(0)
        return {row.id for row in rows}

    queue = Committer(insert)
    assert await asyncio.gather(*(queue.keep([tenant(str(n))]) for n in range(20))) == [[True]] * 20
    assert commits in ([20], [1, 19])
