"""Teams' path: signed mentions through the guard to the posted card, beside echoes that verify nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from adapters.teams.reading.places import tenant as tenant_of
from tests.bench import load, serving
from tests.bench.load import Told
from tests.bench.runs import Bench
from tests.bench.serving import Process
from tests.bench.teams_signed import Tenant
from tests.bench.teams_stub import TeamsStub
from tests.fakes.teams_issuer import TENANT, FakeIssuer

OURS, ANSWERS = "bmm", "bmm answers"  # an ask becomes an item with its card; a greeting is answered with words
REFERENCES = {"bare": "bare aiohttp", "stock": "botbuilder", "mended": "botbuilder, mended"}
SLOW = 0.2  # seconds that the real Connector may take for a post
_MANY = 32


@dataclass(frozen=True)
class Ground:
    """What is there for every run: the Connector, who signs and who speaks, and a file that knows their channels."""

    bench: Bench
    stub: TeamsStub
    tenant: Tenant
    prepared: Path

    def file(self) -> Path:
        """A fresh copy of the file."""
        return self.bench.file(self.prepared)


@dataclass(frozen=True)
class Run:
    """One server and one Connector: milliseconds alone and of many at once; both rates; CPU in µs for each event.

    `done` is how many mentions a second were answered with a post, `cpu` what each took until all were, and `acked`
    what each had taken when the last was acknowledged; an echo acknowledges when its post is out.
    """

    alone: float
    alone99: float
    p50: float
    p99: float
    acks: float
    done: float
    cpu: float
    acked: float
    bad: int
    undone: int


Runs = dict[tuple[str, float], Run]  # by the server, and the seconds that the Connector takes


async def runs(ground: Ground) -> Runs:
    """Every server before a Connector that answers at once, and before a slow one; each in a process of its own."""
    found: Runs = {}
    for delay in (0.0, SLOW):
        for server in (*REFERENCES, ANSWERS, OURS):
            ground.bench.say(f"Teams through {server}, its Connector taking {delay:g} s")
            found[server, delay] = _middle([await _run(ground, server, delay) for _ in range(ground.bench.scale.runs)])
    return found


@asynccontextmanager
async def ground(bench: Bench) -> AsyncIterator[Ground]:
    """The tenant of the benchmark, until the end of the block."""
    async with TeamsStub() as stub, FakeIssuer() as issuer:
        tenant = Tenant(stub.service, issuer)
        stub.world = tenant.world
        known = (each.id for each in tenant.channels)
        prepared = await serving.filled(bench.folder / "teams.db", tenant_of(TENANT), known)
        yield Ground(bench, stub, tenant, prepared)


async def _run(ground: Ground, server: str, delay: float) -> Run:
    stub, scale, ours = ground.stub, ground.bench.scale, server not in REFERENCES
    stub.delay = 0.0
    async with _serving(ground, server) as process:
        await _loaded(ground, process, len(ground.tenant.channels) if ours else scale.warm, _MANY, server)
        stub.delay = delay
        alone, *_ = await _loaded(ground, process, scale.warm, 1, server)
        told, acked, spent, ended = await _loaded(ground, process, scale.turned, _MANY, server)
        undone = _undone(stub, told)
    count = max(len(told.waits), 1)
    return Run(
        alone.quantile(0.5), alone.quantile(0.99), told.quantile(0.5), told.quantile(0.99), told.rate,
        (count - told.bad - undone) / (ended - told.began), 1e6 * spent / count, 1e6 * acked / count,
        told.bad + alone.bad + (stub.unproven if ours else 0), undone,
    )  # fmt: skip


async def _loaded(
    ground: Ground, process: Process, count: int, connections: int, server: str
) -> tuple[Told, float, float, float]:
    """What came of so many mentions; CPU seconds until the last ack, and until the last post; when that came."""
    stub, scale = ground.stub, ground.bench.scale
    stub.forget()
    made = ground.tenant.greetings if server == ANSWERS else ground.tenant.asks
    requests, before = made(count), process.cpu()
    told = await load.closed(
        process.port, requests, connections, scale.seconds if server in REFERENCES else scale.patience
    )
    acked = process.cpu() - before
    await stub.until(lambda: not _undone(stub, told), scale.patience)
    await stub.until(lambda: False, stub.delay + 0.05)  # the answer to the last post is heard, and written down
    return told, acked, process.cpu() - before, max([told.ended, *(call.at for call in stub.posts())])


def _undone(stub: TeamsStub, told: Told) -> int:
    """How many mentions have no post of their own yet."""
    return max(len(told.waits) - told.bad - len(stub.posts()), 0)


@asynccontextmanager
async def _serving(ground: Ground, server: str) -> AsyncIterator[Process]:
    if server not in REFERENCES:
        made = lifted(ground.file(), ground.tenant)
    else:
        made = serving.module("tests.bench.teams_references", server, "PORT", folder=ground.bench.folder)
    async with made as process:
        yield process


@asynccontextmanager
async def lifted(file: Path, tenant: Tenant) -> AsyncIterator[Process]:
    """bmm without Teams' limit of calls an app may make in a tenant."""
    async with serving.module("tests.bench.teams_serve", "serve", folder=file.parent, **settings(file, tenant)) as made:
        yield made


def settings(file: Path, tenant: Tenant) -> dict[str, str]:
    """The settings of a bmm that serves this tenant from this file."""
    own = {"BMM_DATABASE_URL": f"sqlite:///{file}", "BMM_PORT": "PORT", "BMM_LOG": "text,warning"}
    return own | tenant.settings


def _middle(runs: list[Run]) -> Run:
    figures = {name: median(getattr(run, name) for run in runs) for name in _FIGURES}
    return Run(**figures, bad=sum(run.bad for run in runs), undone=sum(run.undone for run in runs))


_FIGURES = ("alone", "alone99", "p50", "p99", "acks", "done", "cpu", "acked")
