"""The real program in a process of its own: started, asked, stopped; nothing else is ended."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
READY = re.compile(r"(?:open|listens on) (http://\S+?)/?$")


@dataclass(frozen=True)
class Running:
    """A started `bmm`: its address, without a slash at the end, its process, and the lines that it has said."""

    url: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def stop(self) -> int:
        """Ask it to stop, and return how it ended."""
        self.process.terminate()
        return self.process.wait(20)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(20)


def clean_environment(**settings: str) -> dict[str, str]:
    """The environment of a process of ours: no settings but these, and the project on its path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BMM_")}
    return {**clean, "PYTHONPATH": str(ROOT), **settings}


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """`bmm` with these arguments, in this working directory, with only these settings, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clean_environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said: list[str] = []
        yield Running(_address(process, said), process, said)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def _address(process: subprocess.Popen[str], said: list[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if found := READY.search(line.strip()):
            threading.Thread(target=_drain, args=(process, said), daemon=True).start()  # so that it never waits for us
            return found[1]
    raise AssertionError("bmm did not start:\n" + "".join(said))


def _drain(process: subprocess.Popen[str], said: list[str]) -> None:
    with suppress(ValueError):  # closed meanwhile
        said.extend(process.stdout or ())
