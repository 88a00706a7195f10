"""What some tests need beyond the lock: a browser, PostgreSQL, the vendors' contract documents.

`needs("browser")` returns where it is. Where it is missing the test is skipped, and the end of the run says so loudly;
with BMM_TEST_REQUIRE=1, as in continuous integration, it fails instead.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from tests import pgtest

Need = Literal["browser", "postgresql", "specs"]


def needs(what: Need) -> Path:
    """The browser's program, the folder of PostgreSQL's programs, or the folder of contract documents."""
    find, remedy = FINDERS[what]
    if found := find():
        return found
    reason = f"needs {what}: {remedy}"
    if os.environ.get("BMM_TEST_REQUIRE") == "1":
        pytest.fail(f"{reason} (BMM_TEST_REQUIRE=1)", pytrace=False)
    pytest.skip(reason)


def find_browser() -> Path | None:
    """Chromium: the one Playwright downloaded, else the system's."""
    folders = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), "~/.cache/ms-playwright", "~/Library/Caches/ms-playwright"]
    programs = ["chrome-linux*/chrome", "chrome-mac*/Chromium.app/Contents/MacOS/Chromium"]
    for folder in filter(None, folders):
        for program in programs:
            if found := sorted(Path(folder).expanduser().glob(f"chromium-*/{program}")):
                return found[-1]
    on_path = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    return next(map(Path, on_path), None)


def find_specs() -> Path | None:
    """The folder BMM_TEST_SPECS names, else ../shared/specs beside the checkout."""
    beside = Path(__file__).parents[2] / "shared" / "specs"
    folder = Path(os.environ.get("BMM_TEST_SPECS") or beside)
    return folder if folder.is_dir() else None


FINDERS: dict[Need, tuple[Callable[[], Path | None], str]] = {
    "browser": (find_browser, "install chromium, or run '.venv/bin/playwright install chromium'"),
    "postgresql": (pgtest.find_binaries, "name the folder of its programs in BMM_TEST_PG_BIN (no wheel has them here)"),
    "specs": (find_specs, "name the folder of the vendors' documents in BMM_TEST_SPECS"),
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End the run with a loud list of what was not checked on this machine."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple) and "needs " in report.longrepr[2]:
            reasons[report.longrepr[2].removeprefix("Skipped: ")] += 1
    if reasons:
        terminalreporter.section("NOT CHECKED HERE", sep="!", red=True, bold=True)
        for reason, count in reasons.items():
            terminalreporter.line(f"{count} test{'s'[: count > 1]} skipped: {reason}", red=True)
