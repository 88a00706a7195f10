"""A real `bmm play` in a process of its own, to be killed at any moment and started again."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

_READY = re.compile(r"http://[\w.:\[\]]+?:(\d+)")
START = 30.0  # seconds


class Process:
    """One bmm over one database, in `folder`; what it logs is kept there."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.port = 0
        self.log = folder / "log"
        self._folder = folder
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("BMM_")}
        self._environment["BMM_DATABASE_URL"] = database_url
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start, and return when it says that it is ready."""
        with open(self.log, "ab") as log:
            command = (sys.executable, "-m", "bot", "play", "--empty", "--port", "0")
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self._folder, env=self._environment, stdout=asyncio.subprocess.PIPE, stderr=log
            )
        async with asyncio.timeout(START):
            while not (found := _READY.search(await self._line())):
                pass
        self.port = int(found[1])

    async def kill(self) -> None:
        """As a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """In good order; its exit code."""
        return await self._end(signal.SIGTERM)

    def complaints(self) -> list[str]:
        """What it logged as an error, in all its lives."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in lines if " ERROR " in line or line.startswith("Traceback")]

    async def _line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode()
        if not line:
            raise RuntimeError(f"bmm does not start:\n{self.log.read_text()[-2000:]}")
        return line

    async def _end(self, number: signal.Signals) -> int:
        process = self._process
        assert process is not None
        if process.returncode is None:
            process.send_signal(number)
        async with asyncio.timeout(START):
            await process.communicate()
        return process.returncode or 0
