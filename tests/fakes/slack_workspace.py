"""The workspace behind the fake Web API: people, channels, messages, and what each person sees."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.slack_contract import problems_of_blocks, problems_of_view
from tests.fakes.slack_seen import Payload, Seen, seen


@dataclass
class Channel:
    """A conversation; `bot` tells whether ours is in it."""

    id: str
    name: str = ""
    bot: bool = True
    archived: bool = False
    messages: list[Payload] = field(default_factory=list)


class Refusal(Exception):
    """What the API answers instead."""


class Workspace:
    """One workspace with one bot. `now` is in Unix seconds. `strict` checks blocks, which costs milliseconds a call."""

    def __init__(self, *, strict: bool = True, now: Callable[[], float] = time.time) -> None:
        self.team, self.bot, self.token = "T0BMM", "U0BMM", "xoxb-fake"
        self.strict, self.now = strict, now
        self.scopes = {"chat:write", "commands", "app_mentions:read", "users:read", "im:history", "channels:history"}
        self.users: dict[str, Payload] = {self.bot: {"name": "bmm", "tz": "", "is_bot": True}}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[tuple[str, str, Payload]] = []  # user, channel, message
        self.modals: dict[str, Payload] = {}  # the view on top, by user
        self.triggers: dict[str, str] = {}  # those that still open a modal, and whose they are
        self.answers: dict[str, tuple[str, str, int]] = {}  # response URL: user, channel, uses left
        self.wrong: list[str] = []
        self.origin = ""
        self._count = 0
        self._changed = asyncio.Event()

    # --- setting the scene

    def user(self, id: str, name: str, tz: str = "Europe/Berlin") -> str:
        """Somebody in the workspace, with a personal chat with the bot."""
        self.users[id] = {"name": name, "tz": tz, "is_bot": False}
        self.channels[dm(id)] = Channel(dm(id))
        return id

    def room(self, id: str, name: str = "") -> Channel:
        """A channel with the bot in it."""
        return self.channels.setdefault(id, Channel(id, name))

    def stamp(self) -> str:
        """A new ts, later than those before."""
        self._count += 1
        return f"{int(self.now())}.{self._count:06d}"

    def trigger(self, user: str) -> str:
        """A trigger id that opens one modal."""
        self._count += 1
        id = f"{self._count}.{self.team}.{'f' * 8}"
        self.triggers[id] = user
        return id

    def answer_url(self, user: str, channel: str) -> str:
        """A response URL, good for five uses."""
        self._count += 1
        url = f"{self.origin}/answer/{self._count}"
        self.answers[url] = (user, channel, 5)
        return url

    def post(self, channel: str, user: str, text: str, thread: str | None = None) -> Payload:
        """A message of somebody's in a channel."""
        message = {"type": "message", "user": user, "text": text, "ts": self.stamp()}
        message |= {"thread_ts": thread} if thread else {}
        self.channels[channel].messages.append(message)
        return message

    # --- what people see

    def channel(self, id: str) -> list[Seen]:
        """Every message of a channel and its threads, in order."""
        return [seen(each, id) for each in self.channels[id].messages]

    def posts(self, id: str) -> list[Seen]:
        """The bot's messages of a channel."""
        return [each for each in self.channel(id) if each.author == self.bot]

    def private(self, user: str) -> list[Seen]:
        """What only this person sees: ephemerals, then the bot's words in their own chat."""
        own = self.posts(dm(user)) if dm(user) in self.channels else []
        return [seen(message, channel) for to, channel, message in self.ephemerals if to == user] + own

    def modal(self, user: str) -> Payload | None:
        """The form that is open before this person."""
        return self.modals.get(user)

    async def until(self, true: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait until something is true of what is seen. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    def changed(self) -> None:
        """Somebody saw something new."""
        self._changed.set()

    # --- what the API needs of it

    def show_modal(self, user: str, view: Payload) -> Payload:
        """Put a view before somebody."""
        if self.strict and (wrong := problems_of_view(view)):
            self.wrong += wrong
            raise Refusal("invalid_arguments")
        self.modals[user] = view | {"id": f"V{self.stamp()[-6:]}", "hash": self.stamp()}
        return self.modals[user]

    def hear(self, user: str, channel: str, given: Payload) -> None:
        """Somebody is told something privately, by a response URL or on the answer to a command."""
        self.wrong += problems_of_blocks(given["blocks"]) if self.strict and "blocks" in given else []
        self.ephemerals.append((user, channel, {"user": self.bot, "ts": self.stamp()} | said(given)))
        self.changed()

    def open(self, id: str) -> Channel:
        channel = self.channels.get(id)
        if channel is None:
            raise Refusal("channel_not_found")
        if channel.archived:
            raise Refusal("is_archived")
        if not channel.bot:
            raise Refusal("not_in_channel")
        return channel

    @staticmethod
    def message(channel: Channel, stamp: str) -> Payload:
        for each in channel.messages:
            if each["ts"] == stamp:
                return each
        raise Refusal("message_not_found")


def dm(user: str) -> str:
    """The id of somebody's own chat with the bot."""
    return "D" + user


def said(given: Payload) -> Payload:
    return {name: given[name] for name in ("text", "blocks", "metadata", "thread_ts") if name in given}
