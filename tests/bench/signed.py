"""Requests as Slack sends them, signed and written out beforehand, each of them another event."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode

from adapters.slack.reading.payload import Payload

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-bench"
TEAM, BOT = "T0BENCH", "U0BMM"
CHANNELS = 4096  # bmm paces one message a second in each, three at once
PEOPLE = 32
FORM, JSON = "application/x-www-form-urlencoded", "application/json"

Kind = Literal["event", "command", "action", "submission"]
KINDS: tuple[Kind, ...] = ("event", "command", "action", "submission")

ASKS = (
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
    body: bytes = b""
    form: str = FORM

    def again(self) -> "Signed":
        """The same, as Slack sends what was not acknowledged: signed anew, and counted."""
        stamp = str(int(time.time()) + 1)
        retry = "X-Slack-Retry-Num: 1\r\nX-Slack-Retry-Reason: http_timeout\r\n"
        return signed(self.body, stamp, self.token, self.form, retry)


class Slack:
    """Makes requests, none like another. `answers` is where private answers go."""

    def __init__(self, answers: str = "http://127.0.0.1:9/none") -> None:
        self._answers = answers
        self._count = 0

    def adds(self, count: int) -> list[Signed]:
        """So many `/bmm add …`, spread over channels and people."""
        return self.asks("command", count)

    def asks(self, kind: Kind, count: int, channels: int = CHANNELS) -> list[Signed]:
        """So many asks by one road: a mention, `/bmm add`, a button that logs, or the submitted form."""
        stamp = str(int(time.time()))
        return [self._asked(kind, stamp, channels) for _ in range(count)]

    def command(self, text: str, channel: str, user: str, token: str = "") -> Signed:
        """One `/bmm …`."""
        return self._command(text, channel, user, token, str(int(time.time())))

    def press(self, user: str, channel: str, message: str, action: Payload) -> Signed:
        """One button of a message, pressed."""
        self._count += 1
        now = time.time()
        payload = self._interaction("block_actions", user) | {
            "container": {"type": "message", "message_ts": message, "channel_id": channel, "is_ephemeral": False},
            "channel": {"id": channel, "name": "bench"},
            "message": {"type": "message", "user": BOT, "ts": message, "text": "…", "team": TEAM, "blocks": []},
            "state": {"values": {}},
            "response_url": f"{self._answers}/{self._count}",
            "actions": [{**action, "type": "button", "action_ts": f"{now:.6f}"}],
        }
        return signed(urlencode({"payload": json.dumps(payload)}).encode(), str(int(now)))

    def _interaction(self, kind: str, user: str) -> Payload:
        return {
            "type": kind,
            "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "token": "deprecated",
            "trigger_id": f"{self._count}.{TEAM}.p",
            "team": {"id": TEAM, "domain": "bench"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _asked(self, kind: Kind, stamp: str, channels: int) -> Signed:
        number, user = self._count + 1, f"U{self._count % PEOPLE:05d}"
        token, where = f"q{number:06d}", channel(number % channels)
        ask = ASKS[number % len(ASKS)].format(token=token)
        match kind:
            case "event":
                self._count += 1
                return signed(json.dumps(self._mention(ask, where, user)).encode(), stamp, token, JSON)
            case "command":
                return self._command(f"add {ask}", where, user, token, stamp)
            case "action":
                value = f"item.log {json.dumps({'ask': ask})}"
                pressed = self.press(user, where, f"1700000000.{number:06d}", {"action_id": "bmm:1", "value": value})
                return replace(pressed, token=token)
            case "submission":
                self._count += 1
                told = {"payload": json.dumps(self._submission(ask, where, user))}
                return signed(urlencode(told).encode(), stamp, token)

    def _mention(self, ask: str, where: str, user: str) -> Payload:
        stamp = f"{int(time.time())}.{self._count:06d}"
        said = {"type": "app_mention", "user": user, "text": f"<@{BOT}> {ask}", "ts": stamp, "team": TEAM, "blocks": []}
        return {
            "token": "deprecated",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "type": "event_callback",
            "event_id": f"Ev{self._count:08d}",
            "event_time": int(time.time()),
            "event": said | {"channel": where, "event_ts": stamp},
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": False,
        }

    def _submission(self, ask: str, where: str, user: str) -> Payload:
        view = {
            "id": f"V{self._count:08d}",
            "hash": f"1700000000.{self._count:06d}",
            "team_id": TEAM,
            "app_installed_team_id": TEAM,
            "type": "modal",
            "callback_id": "bmm",
            "blocks": [],
            "private_metadata": json.dumps({"i": "item.log {}", "c": where, "n": "bench", "w": TEAM}),
            "state": {"values": {"ask": {"value": {"type": "plain_text_input", "value": ask}}}},
        }
        return self._interaction("view_submission", user) | {"view": view, "response_urls": []}

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


def signed(body: bytes, stamp: str, token: str = "", form: str = FORM, more: str = "") -> Signed:
    """A body, signed as docs.slack.dev/authentication/verifying-requests-from-slack says; `more` are whole headers."""
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "Accept-Encoding: gzip,deflate\r\n"
        "Accept: application/json,*/*\r\n"
        f"X-Slack-Signature: v0={digest}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\n"
        f"{more}"
        f"Content-Length: {len(body)}\r\n"
        f"Content-Type: {form}\r\n\r\n"
    )
    return Signed(head.encode() + body, token, body, form)
