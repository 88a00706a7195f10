"""How much is measured: the whole thing, or a version for a minute."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Runs of so many `seconds`; `done` events of the done runs, `turned` of each road; what comes over its seconds."""

    runs: int = 3
    seconds: float = 4.0
    warm: int = 200
    done: int = 3000
    turned: int = 1500
    connections: tuple[int, ...] = (1, 32, 256)
    burst: int = 2000
    burst_seconds: float = 2.0
    storm: int = 2000
    storm_seconds: float = 2.0
    storm_channels: int = 100
    mentions: int = 2000  # of Teams' storm, which are posted fifty a second
    votes: int = 200
    votes_seconds: float = 10.0
    starts: int = 5
    items: tuple[int, ...] = (100, 10_000, 100_000)
    turns: int = 60
    postgres: bool = True
    patience: float = 60.0  # seconds for a backlog to be worked off


FULL = Scale()
QUICK = Scale(
    runs=1, seconds=1.5, warm=100, done=600, turned=300, connections=(1, 32), starts=2, items=(100, 10_000), turns=20,
    mentions=300, postgres=False,
)  # fmt: skip
