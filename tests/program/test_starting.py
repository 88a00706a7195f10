"""How the program starts, and what it says where it cannot."""

import json
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from tests.running import clean_environment, running


def bmm(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run a command to its end; its exit code and everything it said."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def get(url: str) -> tuple[int, dict[str, object]]:
    """The status and the JSON of an address."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_playground_is_filled_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "play.db.filling").write_bytes(b"left by one that was interrupted")
    with running(tmp_path, "play", "--port", "0") as started:
        assert get(f"{started.url}/healthz")[0] == 200
    with closing(sqlite3.connect(tmp_path / "play.db")) as database:
        assert database.execute("SELECT count(*) FROM boards").fetchone() == (3,)
        assert database.execute("SELECT count(*) FROM minutes").fetchone()[0] > 0
    assert not (tmp_path / "play.db.filling").exists()


def test_it_starts_while_slack_cannot_be_reached_and_says_so(tmp_path: Path) -> None:
    away = {
        "BMM_SLACK_BOT_TOKEN": "xoxb-1",
        "BMM_SLACK_SIGNING_SECRET": "s",
        "BMM_SLACK_API_URL": "http://127.0.0.1:9/api/",
    }
    with running(tmp_path, "serve", BMM_PORT="0", **away) as started:
        assert get(f"{started.url}/healthz")[0] == 200
        status, parts = get(f"{started.url}/readyz")
        assert (status, parts["database"], parts["slack"]) == (503, True, False)
        assert started.stop() == 0
    code, said = bmm(tmp_path, "doctor", **away)
    assert code == 1
    assert "cannot be reached" in said


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path) -> None:
    with running(tmp_path, "play", "--empty", "--port", "0") as started:
        port = started.url.rpartition(":")[2]
        code, said = bmm(tmp_path, "play", "--empty", "--port", port)
        assert (code, "cannot listen on" in said, "Traceback" in said) == (1, True, False)
    for arguments in (("play", "--port", "99999"), ("backup", "copy.db"), ("serve",)):
        code, said = bmm(tmp_path, *arguments)
        assert (code, said.startswith("bmm: "), "Traceback" in said) == (1, True, False), said


def test_a_foreign_file_is_left_alone_by_every_command(tmp_path: Path) -> None:
    foreign = tmp_path / "bmm.db"
    foreign.touch()
    for command in (("doctor",), ("backup", "copy.db"), ("migrate",), ("replay",)):
        code, said = bmm(tmp_path, *command)
        assert (code, "Traceback" in said) == (1, False), said
        assert sorted(path.name for path in tmp_path.iterdir()) == ["bmm.db"]
        assert foreign.stat().st_size == 0


def test_a_backup_of_a_running_playground_can_be_served(tmp_path: Path) -> None:
    with running(tmp_path, "play", "--port", "0"):
        code, said = bmm(tmp_path, "backup", "copy.db", BMM_DATABASE_URL="sqlite:///play.db")
        assert code == 0, said
    with running(tmp_path, "play", "--port", "0", BMM_DATABASE_URL="sqlite:///copy.db") as started:
        _, board = get(f"{started.url}/api/board?as=ada")
        assert "OPS-1" in json.dumps(board)
