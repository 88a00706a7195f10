"""What is wrong with a set-up, and how to mend it: one line a finding."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.ledger import Received, Taken
from bot.ports import Database, Store, Throttled


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what to do where it is wrong."""

    what: str
    wrong: str = ""
    mend: str = ""

    def __str__(self) -> str:
        return f"not well: {self.what}: {self.wrong}. {self.mend}" if self.wrong else f"well:     {self.what}"


async def examine(
    open_database: Callable[[], Database], reach: Mapping[str, Callable[[], Awaitable[str]]]
) -> list[Finding]:
    """Look at the database and at each platform that is set up; `reach` says who the bot is there, or raises."""
    findings = await _database(open_database)
    for name, ask in reach.items():
        findings.append(await _platform(name, ask))
    if not reach:
        findings.append(Finding("platforms", "none is set up", "Set BMM_SLACK_BOT_TOKEN and BMM_SLACK_SIGNING_SECRET"))
    return findings


async def _database(open_database: Callable[[], Database]) -> list[Finding]:
    def look(store: Store) -> int:
        return store.count(Received, {"state": Taken.FAILED})

    try:
        database = open_database()
        failed = await database.read(look, None)
        await database.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, a doctor says it rather than falls over
        wrong = str(error).splitlines()[0] if str(error) else type(error).__name__
        return [Finding("database", wrong, "Check BMM_DATABASE_URL; `bmm migrate` makes the tables")]
    kept = (
        Finding("inbox", f"{failed} events failed", "`bmm replay` handles them again") if failed else Finding("inbox")
    )
    return [Finding("database"), kept]


async def _platform(name: str, ask: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(f"{name}, as {await ask()}")
    except Throttled:
        return Finding(name, "it cannot be reached just now", "Check the network, and the address if you set one")
    except Exception as error:  # noqa: BLE001 - whatever it is, a doctor says it rather than falls over
        return Finding(name, str(error) or type(error).__name__, f"Check the tokens of {name}")
