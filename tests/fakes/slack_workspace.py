"""The workspaces behind the fake Web API: people, channels, messages, views, and what each person sees."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from tests.fakes.slack_contract import problems_of_blocks, problems_of_view
from tests.fakes.slack_journal import Deed, Entry, Journal
from tests.fakes.slack_seen import Payload, Seen, seen, seen_view
from tests.fakes.slack_views import Views
from tests.fakes.slack_world import ANSWERING, ANSWERS, TRIGGER, Address, Channel, Grant, Refusal, Trigger, World


class Workspace:
    """One workspace with our bot in it."""

    def __init__(self, world: World, team: str = "T0BMM", bot: str = "U0BMM", enterprise: str = "") -> None:
        self.world, self.team, self.bot, self.enterprise = world, team, bot, enterprise
        self.users: dict[str, Payload] = {bot: {"name": "bmm", "tz": "", "is_bot": True}}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[tuple[str, str, Payload]] = []  # user, channel, message
        self.views = Views(lambda: f"V{next(world.numbers):06d}", self.stamp)
        self.homes: dict[str, Payload] = {}  # the published view, by user
        self.published: Counter[str] = Counter()  # how often, by user
        self.triggers: dict[str, Trigger] = {}
        self.whole_threads = False  # whether an answer in a thread brings the thread with it
        self.domains: set[str] | None = None  # whose links we may unfurl, None for any

    # --- what is shared

    @property
    def now(self) -> Callable[[], float]:
        """The clock, in Unix seconds."""
        return self.world.now

    @now.setter
    def now(self, now: Callable[[], float]) -> None:
        self.world.now = now

    @property
    def strict(self) -> bool:
        """Whether blocks are checked."""
        return self.world.strict

    @property
    def journal(self) -> Journal:
        """Every call, and what people came to see."""
        return self.world.journal

    @property
    def wrong(self) -> list[str]:
        """What Slack would have refused, in words; a test should find none."""
        return self.world.wrong

    @property
    def answers(self) -> dict[str, tuple["Workspace", Address]]:
        """The response URLs that were given out."""
        return self.world.answers

    # --- setting the scene

    def user(self, id: str, name: str, tz: str = "Europe/Berlin", **more: object) -> str:
        """Somebody in the workspace, with a personal chat with the bot; `team_id` tells of a stranger's workspace."""
        self.users[id] = {"name": name, "tz": tz, "is_bot": False, **more}
        self.channels.setdefault(dm(id), Channel(dm(id), kind="im", members={id}))
        return id

    def room(self, id: str, name: str = "", **more: object) -> Channel:
        """A channel with the bot in it."""
        channel = self.channels.setdefault(id, Channel(id, name))
        for name_, value in more.items():
            setattr(channel, name_, value)
        return channel

    def stamp(self) -> str:
        """A new ts, later than those before."""
        return f"{int(self.now())}.{next(self.world.numbers):06d}"

    def trigger(self, user: str) -> str:
        """A trigger id that opens one view within three seconds."""
        id = f"{next(self.world.numbers)}.{self.team}.{'f' * 8}"
        self.triggers[id] = Trigger(user, self.now() + TRIGGER)
        return id

    def answer_url(self, user: str, channel: str) -> str:
        """A response URL, good for five uses within half an hour."""
        url = f"{self.world.origin}/answer/{next(self.world.numbers)}"
        self.world.answers[url] = (self, Address(user, channel, ANSWERS, self.now() + ANSWERING))
        return url

    def post(self, channel: str, user: str, text: str, thread: str | None = None, **more: object) -> Payload:
        """A message of somebody's in a channel; `files` and the like as Slack keeps them."""
        message = {"type": "message", "user": user, "text": text, "ts": self.stamp(), **more}
        message |= {"thread_ts": thread} if thread else {}
        self.channels[channel].messages.append(message)
        return message

    def reload(self, user: str) -> None:
        """Somebody opens Slack anew: what was ephemeral is gone."""
        self.ephemerals = [each for each in self.ephemerals if each[0] != user]

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

    @property
    def modals(self) -> Views:
        """The view on top, by the person before whom it stands."""
        return self.views

    def modal(self, user: str) -> Payload | None:
        """The view on top before this person."""
        return self.views.get(user)

    def window(self, user: str) -> Seen | None:
        """The same as they see it, with its controls."""
        view = self.views.get(user)
        return seen_view(view) if view else None

    def home(self, user: str) -> Seen | None:
        """Somebody's own page with the bot, as they see it."""
        return seen_view(self.homes[user]) if user in self.homes else None

    async def until(self, true: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait until something is true of what is seen. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():
                self.world.changed.clear()
                await self.world.changed.wait()

    def changed(self) -> None:
        """Somebody saw something new."""
        self.world.changed.set()

    # --- what the API needs of it

    def exchange(self, id: str) -> str:
        """Whose trigger this is, which opens nothing more from now on."""
        trigger = self.triggers.get(id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self.now() > trigger.until:
            raise Refusal("expired_trigger_id")
        self.triggers[id] = replace(trigger, used=True)
        return trigger.user

    def checked(self, view: Payload) -> Payload:
        """The view, where Slack takes it."""
        if self.strict and (wrong := problems_of_view(view)):
            self.wrong.extend(wrong)
            raise Refusal("invalid_arguments")
        return view

    def show_modal(self, user: str, view: Payload) -> Payload:
        """Put a view in the place of the one on top, or open it: what a submitted form is answered."""
        return self.views.replaced(user, self.checked(view))

    def hear(self, user: str, channel: str, given: Payload) -> None:
        """Somebody is told something privately, by a response URL or on the answer to a command."""
        self.wrong.extend(problems_of_blocks(given["blocks"]) if self.strict and given.get("blocks") else [])
        self.wrong.extend([] if given.get("text") else ["private words without a text for notifications"])
        message = {"user": self.bot, "ts": self.stamp()} | said(given)
        self.ephemerals.append((user, channel, message))
        self.note("answer", "", channel, user, message["ts"], message)
        self.changed()

    def note(self, deed: Deed, token: str, channel: str, user: str, ref: str, payload: Payload) -> None:
        """Write down what came to be seen."""
        self.journal.entries.append(Entry(self.now(), deed, token, self.team, channel, user, ref, payload))

    def open(self, id: str) -> Channel:
        """A channel to write to."""
        channel = self.known(id)
        if channel.archived:
            raise Refusal("is_archived")
        if not channel.bot:
            raise Refusal("not_in_channel")
        return channel

    def known(self, id: str) -> Channel:
        """A channel to ask about."""
        channel = self.channels.get(id)
        if channel is None:
            raise Refusal("channel_not_found")
        return channel

    @staticmethod
    def message(channel: Channel, stamp: str, missing: str = "message_not_found") -> Payload:
        """A message of a channel."""
        for each in reversed(channel.messages):
            if each["ts"] == stamp:
                return each
        raise Refusal(missing)


def dm(user: str) -> str:
    """The id of somebody's own chat with the bot."""
    return "D" + user


def said(given: Payload) -> Payload:
    """What a call says, without where."""
    return {name: given[name] for name in ("text", "blocks", "metadata", "thread_ts") if name in given}


__all__ = ["Channel", "Grant", "Refusal", "Workspace", "World", "dm", "said"]
