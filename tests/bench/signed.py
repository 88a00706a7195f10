"""Requests as Slack sends them, signed and written out beforehand, each of them another event."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from adapters.slack.payload import Payload

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-bench"
TEAM, BOT = "T0BENCH", "U0BMM"
CHANNELS = 4096  # bmm paces one message a second in each, three at once
PEOPLE = 32
FORM = "application/x-www-form-urlencoded"

_ASKS = (
    "the badge printer {token} on floor 3 jams again, by Friday",
    "please give Dana {token} access to the build server",
    "the nightly export {token} is two hours late since Monday",
    "replace the wifi access point {token} in the canteen, urgent",
    "rotate the certificates {token} of the staging cluster before 12 December",
)


@dataclass(frozen=True)
class Signed:
    """One request, ready for the wire. `token` is a word that its answer will show, or empty."""

    wire: bytes
    token: str


class Slack:
    """Makes requests, none like another. `answers` is where private answers go."""

    def __init__(self, answers: str = "http://127.0.0.1:9/none") -> None:
        self._answers = answers
        self._count = 0

    def adds(self, count: int) -> list[Signed]:
        """So many `/bmm add …`, spread over channels and people."""
        stamp = str(int(time.time()))
        return [self._add(stamp) for _ in range(count)]

    def command(self, text: str, channel: str, user: str, token: str = "") -> Signed:
        """One `/bmm …`."""
        return self._command(text, channel, user, token, str(int(time.time())))

    def press(self, user: str, channel: str, message: str, action: Payload) -> Signed:
        """One button of a message, pressed."""
        self._count += 1
        now = time.time()
        payload: Payload = {
            "type": "block_actions",
            "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "token": "deprecated",
            "container": {"type": "message", "message_ts": message, "channel_id": channel, "is_ephemeral": False},
            "trigger_id": f"{self._count}.{TEAM}.p",
            "team": {"id": TEAM, "domain": "bench"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": channel, "name": "bench"},
            "message": {"type": "message", "user": BOT, "ts": message, "text": "…", "team": TEAM, "blocks": []},
            "state": {"values": {}},
            "response_url": f"{self._answers}/{self._count}",
            "actions": [{**action, "type": "button", "action_ts": f"{now:.6f}"}],
        }
        return signed(urlencode({"payload": json.dumps(payload)}).encode(), str(int(now)))

    def _add(self, stamp: str) -> Signed:
        number = self._count + 1
        token = f"q{number:06d}"
        ask = _ASKS[number % len(_ASKS)].format(token=token)
        return self._command(f"add {ask}", channel(number), f"U{number % PEOPLE:05d}", token, stamp)

    def _command(self, text: str, channel: str, user: str, token: str, stamp: str) -> Signed:
        self._count += 1
        body = {
            "token": "deprecated",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": channel,
            "channel_name": "bench",
            "user_id": user,
            "user_name": user.lower(),
            "command": "/bmm",
            "text": text,
            "api_app_id": "A0BENCH",
            "is_enterprise_install": "false",
            "response_url": f"{self._answers}/{self._count}",
            "trigger_id": f"{self._count}.{TEAM}.c",
        }
        return signed(urlencode(body).encode(), stamp, token)


def channel(number: int) -> str:
    """The id of one of the channels that feed the board."""
    return f"C{number % CHANNELS:05d}"


def signed(body: bytes, stamp: str, token: str = "") -> Signed:
    """A form, signed as docs.slack.dev/authentication/verifying-requests-from-slack says."""
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "Accept-Encoding: gzip,deflate\r\n"
        "Accept: application/json,*/*\r\n"
        f"X-Slack-Signature: v0={digest}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Content-Type: {FORM}\r\n\r\n"
    )
    return Signed(head.encode() + body, token)
