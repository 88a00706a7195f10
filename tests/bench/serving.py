"""The processes that are measured: started on a core of their own, watched through /proc, ended by their own id."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import storage
from bot.board import Board, BoardLink, Channel
from bot.ledger import Tenant
from bot.ports import Store
from storage import open_database
from tests.bench.signed import CHANNELS, SECRET, TEAM, TOKEN, channel

TENANT = f"slack:{TEAM}"
BOARD = "bench-board"
_STARTING, _STOPPING = 20.0, 20.0  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")
_ROOT = Path(__file__).parents[2]


class Process:
    """A server that runs; `took` is how many seconds it needed to its first ready answer."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, port: int) -> None:
        self.port = port
        self.took = 0.0
        self._began = time.perf_counter()
        self._errors = folder / "errors.txt"
        with self._errors.open("a") as errors:
            self._process = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=errors
            )
        pin(self._process.pid, server=True)

    async def ready(self) -> None:
        """Wait for 200 of /readyz. Raises RuntimeError with what the process said where it does not come."""
        while time.perf_counter() - self._began < _STARTING and self._process.poll() is None:
            if await _answers(self.port):
                self.took = time.perf_counter() - self._began
                return
            await asyncio.sleep(0.005)
        raise RuntimeError(f"{self._process.args!r} does not start: {self.said()[-2000:]}")

    def said(self) -> str:
        """What it wrote to its standard error."""
        return self._errors.read_text()

    def cpu(self) -> float:
        """Seconds of CPU spent so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """MB resident now."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6

    def stop(self) -> float:
        """End it as an operator would, and at last by force; seconds it took."""
        began = time.perf_counter()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOPPING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return time.perf_counter() - began


@contextlib.asynccontextmanager
async def reference(kind: str, api: str, folder: Path) -> AsyncIterator[Process]:
    """One of `tests.bench.references`."""
    async with module(
        "tests.bench.references", kind, "PORT", api, str(folder / f"{kind}.db"), folder=folder
    ) as process:
        yield process


@contextlib.asynccontextmanager
async def module(name: str, *arguments: str, folder: Path, **settings: str) -> AsyncIterator[Process]:
    """A module that serves on the port which stands for PORT, in the arguments and in the settings."""
    port = free_port()
    given = [str(port) if each == "PORT" else each for each in arguments]
    own = {key: str(port) if each == "PORT" else each for key, each in settings.items()}
    command = [sys.executable, "-m", name, *given]
    async with _running(Process(command, {"PYTHONPATH": str(_ROOT), **own}, folder, port)) as process:
        yield process


@contextlib.asynccontextmanager
async def bmm(file: Path, api: str, prefix: Sequence[str] = ()) -> AsyncIterator[Process]:
    """`bmm serve` over an SQLite file, with Slack at `api`; `prefix` comes before the command, as a profiler's does."""
    port = free_port()
    own = {
        "BMM_DATABASE_URL": f"sqlite:///{file}",
        "BMM_PORT": str(port),
        "BMM_SLACK_SIGNING_SECRET": SECRET,
        "BMM_SLACK_BOT_TOKEN": TOKEN,
        "BMM_SLACK_API_URL": f"{api}/api/",
        "BMM_LOG": "text,warning",
    }
    command = [*prefix, sys.executable, str(Path(sys.executable).with_name("bmm")), "serve"]
    async with _running(Process(command, own, file.parent, port)) as process:
        yield process


@contextlib.asynccontextmanager
async def _running(process: Process) -> AsyncIterator[Process]:
    try:
        await process.ready()
        yield process
    finally:
        process.stop()


def pin(pid: int, *, server: bool) -> None:
    """Give a process a core of its own, where there are two."""
    cores = sorted(_CORES)
    if len(cores) > 1:
        os.sched_setaffinity(pid, {cores[0] if server else cores[1]})


_CORES = os.sched_getaffinity(0)


async def prepared(folder: Path) -> Path:
    """A migrated file in which every channel feeds one board, so that no first contact disturbs."""
    return await filled(folder / "prepared.db", TENANT, map(channel, range(CHANNELS)))


async def filled(path: Path, tenant: str, channels: Iterable[str]) -> Path:
    """The same for these channels of this tenant."""
    storage.upgrade(f"sqlite:///{path}")
    now, platform = datetime.now(UTC), tenant.partition(":")[0]

    def fill(store: Store) -> None:
        store.add(Tenant(tenant, platform, now))
        store.add(Board(BOARD, "bench", "OPS", "Europe/Berlin"))
        store.add(BoardLink("bench-link", BOARD, tenant))
        for number, id in enumerate(channels):
            store.add(Channel(f"bench-{number}", BOARD, tenant, platform, id, "bench", now))

    database = open_database(f"sqlite:///{path}")
    await database.write(fill, None)
    await database.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def copied(file: Path, name: str) -> Path:
    """A fresh copy in a folder of its own."""
    folder = file.parent / name
    folder.mkdir()
    return Path(shutil.copyfile(file, folder / "bmm.db"))


def count(file: Path, question: str) -> int:
    """The number that an SQL question over the file comes to."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return int(connection.execute(question).fetchone()[0])


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answers(port: int) -> bool:
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            line = await reader.readline()
            writer.close()
            return b" 200 " in line
    return False
