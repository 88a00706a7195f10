"""Somebody in the fake Slack who talks and clicks: every act becomes the signed request that Slack would send.

    anna = SlackPerson(slack, "U1ANNA", "Anna", f"http://127.0.0.1:{port}/slack/events", secret)
    await anna.mention("C1OPS", "the badge printer jams")
    await anna.press(slack.posts("C1OPS")[0], "Undo")

Payloads have the shapes of docs.slack.dev: events/app_mention and message.im, implementing-slash-commands, and the
block_actions and view_submission payloads of reference/interaction-payloads.
"""

import hashlib
import hmac
import io
import itertools
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack import Workspace, dm
from tests.fakes.slack_seen import Control, Payload, Seen

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

_numbers = itertools.count(1)


def sign(secret: str, body: bytes, stamp: float) -> dict[str, str]:
    """The headers with which Slack signs a body at `stamp`, in Unix seconds."""
    moment = str(int(stamp))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}


@dataclass(frozen=True)
class Told:
    """What the bot answered to a request."""

    status: int
    body: Payload


class SlackPerson:
    """One person; `url` is the bot's address for requests and `secret` its signing secret."""

    def __init__(self, slack: Workspace, id: str, name: str, url: str, secret: str) -> None:
        self.slack, self.id, self.name, self.url, self.secret = slack, id, name, url, secret
        self.errors: dict[str, str] = {}  # of the form that stands open, by label
        slack.user(id, name)

    # --- talking

    async def mention(self, channel: str, text: str, thread: str | None = None, *, twin: bool = False) -> str:
        """Name the bot in a channel and return the message's ts; `twin` sends the `message` event as well."""
        said = self.slack.post(channel, self.id, f"<@{self.slack.bot}> {escaped(text)}", thread)
        await self.deliver(self.event("app_mention", channel, said))
        if twin:
            await self.deliver(self.event("message", channel, said))
        return str(said["ts"])

    async def reply(self, channel: str, thread: str, text: str) -> str:
        """Answer in a thread without naming the bot, as `message.channels` tells of it."""
        said = self.slack.post(channel, self.id, escaped(text), thread)
        await self.deliver(self.event("message", channel, said))
        return str(said["ts"])

    async def direct(self, text: str, thread: str | None = None) -> str:
        """Write to the bot in the personal chat."""
        said = self.slack.post(dm(self.id), self.id, escaped(text), thread)
        await self.deliver(self.event("message", dm(self.id), said))
        return str(said["ts"])

    async def command(self, channel: str, text: str, name: str = "/bmm") -> Told:
        """Type a slash command; what it answers on the line is seen privately."""
        told = await self.send(urlencode(self.typed(channel, text, name)).encode(), FORM)
        if told.body:
            self.slack.hear(self.id, channel, told.body)
        return told

    # --- clicking

    async def press(self, seen: Seen, label: str) -> Told:
        """Press a button, by the beginning of its label."""
        control = found(seen, label)
        action = {"type": "button", "text": {"type": "plain_text", "text": control.label}}
        return await self._act(seen, control, action | ({"value": control.value} if control.value else {}))

    async def choose(self, seen: Seen, label: str, option: str) -> Told:
        """Choose an option of a menu."""
        control = found(seen, label)
        chosen = {"text": {"type": "plain_text", "text": option}, "value": control.options[option]}
        return await self._act(seen, control, {"type": control.kind, "selected_option": chosen})

    async def submit(self, **values: str) -> Told:
        """Submit the open form; `values` by field, where a choice takes its label or value and a person their id."""
        view = self.slack.modals[self.id]
        filled: Payload = {"team_id": self.slack.team, "app_installed_team_id": self.slack.team, "app_id": "A0BMM"}
        filled |= {"state": {"values": _state(view, values)}}
        payload = self.interaction("view_submission") | {"view": view | filled, "response_urls": []}
        told = await self.interact(payload)
        self._answered(view, told)
        return told

    def close(self) -> None:
        """Close the open form."""
        self.slack.modals.pop(self.id, None)

    # --- the requests

    def event(self, kind: str, channel: str, said: Payload) -> Payload:
        """An event of the Events API about a message."""
        shape = {"im": channel.startswith("D"), "channel": not channel.startswith("D")}
        extra = {"channel_type": next(name for name, is_so in shape.items() if is_so)} if kind == "message" else {}
        body = said | {"type": kind, "channel": channel, "event_ts": said["ts"], "team": self.slack.team} | extra
        ours = {"enterprise_id": None, "team_id": self.slack.team, "user_id": self.slack.bot, "is_bot": True}
        return {
            "type": "event_callback",
            "token": "unused",
            "team_id": self.slack.team,
            "context_team_id": self.slack.team,
            "api_app_id": "A0BMM",
            "event_id": f"Ev{next(_numbers):08d}",
            "event_time": int(self.slack.now()),
            "is_ext_shared_channel": False,
            "authorizations": [ours | {"is_enterprise_install": False}],
            "event": body,
        }

    def typed(self, channel: str, text: str, name: str = "/bmm") -> dict[str, str]:
        """The fields of a slash command."""
        room = self.slack.channels[channel]
        return {
            "token": "unused",
            "team_id": self.slack.team,
            "team_domain": "fake",
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else room.name or "general",
            "user_id": self.id,
            "user_name": self.name.lower(),
            "command": name,
            "text": escaped(text),
            "api_app_id": "A0BMM",
            "is_enterprise_install": "false",
            "response_url": self.slack.answer_url(self.id, channel),
            "trigger_id": self.slack.trigger(self.id),
        }

    def interaction(self, kind: str) -> Payload:
        """What all interactions have in common."""
        return {
            "type": kind,
            "token": "unused",
            "api_app_id": "A0BMM",
            "team": {"id": self.slack.team, "domain": "fake"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": self.id, "username": self.name, "name": self.name, "team_id": self.slack.team},
            "trigger_id": self.slack.trigger(self.id),
        }

    async def deliver(self, event: Payload, retry: int = 0) -> Told:
        """Send an event; told 503 or nothing, Slack sends it again, as the first, second, third `retry`."""
        body = json.dumps(event).encode()
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"} if retry else {}
        return await self.send(body, JSON, sign(self.secret, body, self.slack.now()) | again)

    async def interact(self, payload: Payload) -> Told:
        """Send an interaction."""
        return await self.send(urlencode({"payload": json.dumps(payload)}).encode(), FORM)

    async def send(self, body: bytes, content_type: str, headers: dict[str, str] | None = None) -> Told:
        """Send any body; signed, unless `headers` say otherwise."""
        signed = sign(self.secret, body, self.slack.now()) if headers is None else headers
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=io.BytesIO(body), headers={"Content-Type": content_type, **signed}) as response,
        ):
            text = await response.text()
            return Told(response.status, json.loads(text) if text.startswith("{") else {})

    async def _act(self, seen: Seen, control: Control, action: Payload) -> Told:
        action |= {"action_id": control.action_id, "block_id": control.block_id or "b", "action_ts": self.slack.stamp()}
        private = any(message is seen.payload for _, _, message in self.slack.ephemerals)
        container = {"type": "message", "message_ts": seen.ref, "channel_id": seen.channel, "is_ephemeral": private}
        if seen.thread:  # undocumented: github.com/slackapi/java-slack-sdk/issues/1200
            container["thread_ts"] = seen.thread
        payload = self.interaction("block_actions") | {
            "container": container,
            "channel": {"id": seen.channel, "name": self.slack.channels[seen.channel].name or "directmessage"},
            "response_url": self.slack.answer_url(self.id, seen.channel),
            "actions": [action],
        }
        return await self.interact(payload if private else payload | {"message": seen.payload})

    def _answered(self, view: Payload, told: Told) -> None:
        self.errors = {}
        match told.body.get("response_action", "clear" if told.status == 200 else ""):
            case "errors":
                labels = {block["block_id"]: block["label"]["text"] for block in view["blocks"] if "label" in block}
                self.errors = {labels[block]: words for block, words in told.body["errors"].items()}
            case "update":
                self.slack.show_modal(self.id, told.body["view"])
            case "clear":
                self.close()
            case _:
                pass


def found(seen: Seen, label: str) -> Control:
    """The control whose label begins so. Raises KeyError, naming those that are there."""
    for name, control in seen.controls.items():
        if name.casefold().startswith(label.casefold()):
            return control
    raise KeyError(f"{label!r} is none of {list(seen.controls)}")


def escaped(text: str) -> str:
    """Text as Slack hands it on: what people typed is escaped; what its client made a token of, as `<@U1>`, is not."""
    pieces = re.split(r"(<[@#!][^<>]*>|<(?:https?|mailto):[^<>]*>)", text)
    return "".join(piece if n % 2 else _escaped(piece) for n, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _state(view: Payload, values: dict[str, str]) -> Payload:
    """The state of the inputs: what is given, and what stood there already."""
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    if strange := set(values) - set(inputs):
        raise KeyError(f"{strange} is none of {list(inputs)}")
    return {name: {each["action_id"]: _input(each, values.get(name))} for name, each in inputs.items()}


def _input(element: Payload, value: str | None) -> Payload:
    kind: Any = element["type"]
    match kind:
        case "static_select" | "radio_buttons":
            groups = element.get("option_groups", [])
            options = [*element.get("options", []), *(one for group in groups for one in group["options"])]
            matching = (one for one in options if value in (one["value"], one["text"]["text"]))
            chosen = element.get("initial_option") if value is None else next(matching)
            return {"type": kind, "selected_option": chosen}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date") if value is None else value}
        case "users_select":
            return {"type": kind, "selected_user": element.get("initial_user") if value is None else value}
        case _:
            return {"type": kind, "value": element.get("initial_value") if value is None else value}
