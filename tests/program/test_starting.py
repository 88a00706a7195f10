"""How the program starts, and what it says where it cannot."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

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


def sent(url: str, raw: bytes) -> str:
    """What bytes that need not be HTTP are answered with, up to the end of its first line."""
    to = urlsplit(url)
    with socket.create_connection((to.hostname, to.port), 5) as line:
        line.sendall(raw)
        return line.recv(1000).split(b"\r\n")[0].decode()


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


def test_what_is_no_http_is_one_short_line_of_the_log(tmp_path: Path) -> None:
    away = {
        "BMM_SLACK_BOT_TOKEN": "xoxb-1",
        "BMM_SLACK_SIGNING_SECRET": "s",
        "BMM_SLACK_API_URL": "http://127.0.0.1:9/api/",
    }
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n"
    head += b"X-Slack-Request-Timestamp: %d\r\n" % time.time()
    garbage = [
        head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
        head + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        head + b"Content-Length: -5\r\n\r\n",
        head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        head + b"Content-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        head + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        b"POST * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ]
    with running(tmp_path, "serve", BMM_PORT="0", **away) as started:
        for each in garbage:
            assert " 400 " in sent(started.url, each)
        assert get(f"{started.url}/healthz")[0] == 200
        assert started.stop() == 0
        said = [line for line in started.said if "cannot be read" in line]
    assert (len(said) >= 6, max(map(len, said)) < 120) == (True, True)
    assert [line for line in started.said if "Traceback" in line or " ERROR " in line] == []


def test_metrics_are_not_for_who_sends_what_is_no_text(tmp_path: Path) -> None:
    with running(tmp_path, "play", "--empty", "--port", "0", BMM_METRICS_TOKEN="t") as started:
        head = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer "
        assert " 403 " in sent(started.url, head + b"\xff\xfe\r\n\r\n")
        assert " 200 " in sent(started.url, head + b"t\r\n\r\n")


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
