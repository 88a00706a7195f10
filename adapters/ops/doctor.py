"""What is wrong with a set-up, and how to mend it: one line a finding."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.ledger import Received, Taken
from bot.ports import Database, Store


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what to do where it is wrong, or where there is reason to `doubt` it."""

    what: str
    wrong: str = ""
    mend: str = ""
    doubt: str = ""

    def __str__(self) -> str:
        if self.wrong:
            return f"not well: {self.what}: {self.wrong}. {self.mend}"
        return f"in doubt: {self.what}: {self.doubt}. {self.mend}" if self.doubt else f"well:     {self.what}"


NOT_YET = Finding("database: not made yet, which the first `bmm serve` does")
NO_PLATFORM = Finding(
    "platforms",
    "none is set up",
    "Set BMM_SLACK_BOT_TOKEN with BMM_SLACK_SIGNING_SECRET, or BMM_TEAMS_APP_ID with BMM_TEAMS_TENANT_ID; see README",
)
_NO_TABLE = "42P01"  # PostgreSQL's code

Examination = Callable[[], Awaitable[list[Finding]]]


async def examine(database: Database | None, others: Sequence[Examination]) -> list[Finding]:
    """Look at the database, where there is one already, then at everything else that is set up."""
    findings = await _database(database) if database is not None else [NOT_YET]
    for look in others:
        findings += await look()
    if not others:
        findings.append(NO_PLATFORM)
    return findings


async def _database(database: Database) -> list[Finding]:
    def look(store: Store) -> int:
        return store.count(Received, {"state": Taken.FAILED})

    try:
        failed = await database.read(look, None)
    except Exception as error:  # noqa: BLE001 - whatever it is, a doctor says it rather than falls over
        if getattr(getattr(error, "orig", None), "sqlstate", "") == _NO_TABLE:
            return [NOT_YET]
        wrong = str(error).splitlines()[0] if str(error) else type(error).__name__
        return [Finding("database", wrong, "Check BMM_DATABASE_URL; `bmm migrate` makes the tables")]
    kept = (
        Finding("inbox", f"{failed} events failed", "`bmm replay` handles them again") if failed else Finding("inbox")
    )
    return [Finding("database"), kept]
