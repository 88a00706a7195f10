"""The one thread that writes to an SQLite file: what somebody waits to be acknowledged goes before everything else."""

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_Job = tuple[int, int, Callable[[], Any] | None, "asyncio.Future[Any] | None"]


class Writer:
    """Runs jobs one at a time, urgent ones first, else in order."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._work, name="sqlite-write", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[], T], *, urgent: bool = False) -> T:
        """The job's result, or what it raises."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((0 if urgent else 1, next(self._order), job, answer))
        return await answer

    async def close(self) -> None:
        """Finish what was asked for."""
        self._jobs.put((2, next(self._order), None, None))
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while True:
            _, _, job, answer = self._jobs.get()
            if job is None or answer is None:
                return
            try:
                result, error = job(), None
            except BaseException as raised:  # noqa: BLE001 - whoever waits gets it, whatever it is
                result, error = None, raised
            answer.get_loop().call_soon_threadsafe(_tell, answer, result, error)


def _tell(answer: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if answer.done():
        return  # nobody waits any more
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
