"""Somebody in the fake Teams who talks: every act becomes the activity that Teams would send to the bot.

Shapes as in learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations: channel-and-group-conversations,
conversation-messages, channel-messages-for-bots-and-agents, targeted-messages.
"""

import html
import itertools
import json
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import aiohttp

from tests.fakes.teams_world import Conversation, Member, Payload, Said, World

Sign = Callable[[], Awaitable[str]]  # the Authorization header with which Teams comes

_MENTION = re.compile(r"<@([^>]+)>")
_REPLY = "http://schema.skype.com/Reply"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Told:
    """What the bot answered to an activity. `text` is what stood there where it was no JSON."""

    status: int
    body: Payload
    text: str = ""


class Talker:
    """One person. `url` is the bot's address for activities; without `sign` nothing proves that they come from Teams.

    Words hold mentions as `<@id>`, of the bot as `<@28:…>`.
    """

    def __init__(self, teams: World, member: Member, url: str, sign: Sign | None = None) -> None:
        self.teams, self.member, self.url, self.sign = teams, member, url, sign
        self.id, self.name = member.id, member.name

    # --- talking

    async def mention(self, conversation: Conversation, text: str, thread: str = "") -> str:
        """Name the bot and say something; the message's id."""
        return await self.say(conversation, f"<@{self.teams.bot}> {text}", thread)

    async def say(self, conversation: Conversation, text: str, thread: str = "") -> str:
        """Say something, in a thread where one is named; the bot hears it where it is named, listening or alone."""
        said = self._put(conversation, text, thread)
        if self._heard(conversation, text):
            await self.deliver(self.message(conversation, said))
        return said.id

    async def quote(self, group: Conversation, on: Said, text: str) -> str:
        """Answer a message of a chat, which stands above the words as a quotation."""
        said = self._put(group, text, "")
        if self._heard(group, text):
            activity = self.message(group, said)
            attached = activity["attachments"][0]
            attached["content"] = self._quotation(on) + attached["content"]
            await self.deliver(activity)
        return said.id

    async def direct(self, text: str) -> str:
        """Write to the bot in the personal chat."""
        return await self.say(self.teams.chat(self.id), text)

    async def slash(self, conversation: Conversation, text: str, thread: str = "") -> str:
        """Pick a command of the bot's after `/`: only the bot sees it, as a message that is targeted at it."""
        said = self._put(conversation, text, thread)
        if conversation.kind != "personal":
            said.to, said.until = self.id, float("inf")
        activity = self.message(conversation, said)
        if conversation.kind != "personal":
            activity["recipient"] |= {"isTargeted": True}
        await self.deliver(activity)
        return said.id

    async def edit(self, conversation: Conversation, id: str, text: str) -> None:
        """Let a message of one's own read differently."""
        said = conversation.said(id)
        said.text, said.edited = text, True
        if self._heard(conversation, text):
            update = self.message(conversation, said) | {"type": "messageUpdate"}
            update["channelData"] |= {"eventType": "editMessage"}
            await self.deliver(update)

    async def delete(self, conversation: Conversation, id: str) -> None:
        """Take a message of one's own away."""
        said = conversation.said(id)
        said.deleted = True
        if self._heard(conversation, said.text):
            await self.deliver(self._gone(conversation, said) | {"type": "messageDelete"})

    async def undelete(self, conversation: Conversation, id: str) -> None:
        """Bring it back."""
        said = conversation.said(id)
        said.deleted = False
        if self._heard(conversation, said.text):
            update = self.message(conversation, said) | {"type": "messageUpdate"}
            update["channelData"] |= {"eventType": "undeleteMessage"}
            await self.deliver(update)

    # --- the activities

    def message(self, conversation: Conversation, said: Said) -> Payload:
        """A message as Teams tells of it."""
        mentions = list(dict.fromkeys(_MENTION.findall(said.text)))
        written = _MENTION.sub(lambda id: f"<at>{self._called(id[1])}</at>", _escaped(said.text))
        entities = [
            {
                "type": "mention",
                "text": f"<at>{self._called(id)}</at>",
                "mentioned": {"id": id, "name": self._called(id)},
            }
            for id in mentions
        ]
        whole = self.activity("message", conversation, said.thread or said.id)
        whole |= {"id": said.id, "textFormat": "plain", "text": written}
        whole |= {"attachments": [{"contentType": "text/html", "content": self._html(said.text)}]}
        whole["entities"] = [*entities, *whole["entities"]]
        return whole

    def activity(self, kind: str, conversation: Conversation, thread: str = "") -> Payload:
        """What all activities have in common; in a channel the conversation is named with the root of its thread."""
        moment = datetime.fromtimestamp(self.teams.now(), UTC)
        local = moment.astimezone(ZoneInfo(self.member.zone))
        return {
            "type": kind,
            "id": f"f:{uuid.uuid5(uuid.NAMESPACE_OID, f'{self.id} {next(_numbers)}')}",
            "timestamp": _stamped(moment).replace("+00:00", "Z"),
            "localTimestamp": _stamped(local),
            "localTimezone": self.member.zone,
            "serviceUrl": self.teams.service,
            "channelId": "msteams",
            "from": {"id": self.id, "name": self.name, "aadObjectId": self.member.object_id},
            "conversation": self.place(conversation, thread),
            "recipient": {"id": self.teams.bot, "name": "bmm"},
            "entities": [self._client()],
            "channelData": self.channel_data(conversation),
            "locale": "en-GB",
        }

    def place(self, conversation: Conversation, thread: str = "") -> Payload:
        """A conversation as activities carry it."""
        whole = {"conversationType": conversation.kind, "tenantId": self.teams.tenant, "id": conversation.id}
        if conversation.kind == "channel" and thread:
            whole["id"] += f";messageid={thread}"
        return whole if conversation.kind == "personal" else {"isGroup": True, **whole}

    def channel_data(self, conversation: Conversation) -> Payload:
        """What Teams tells of the team, the channel and the tenants."""
        tenant = {"tenant": {"id": self.teams.tenant}}
        if conversation.kind != "channel":
            return tenant
        team = {"teamsChannelId": conversation.id, "teamsTeamId": conversation.team}
        channel = {"id": conversation.id} | ({} if conversation.sort == "standard" else {"type": conversation.sort})
        return team | {"channel": channel, "team": {"id": conversation.team}} | tenant

    def link(self, conversation: Conversation, said: Said) -> str:
        """The address of a message."""
        where = f"https://teams.microsoft.com/l/message/{quote(conversation.id)}/{said.id}"
        return f"{where}?parentMessageId={said.thread or said.id}" if conversation.kind == "channel" else where

    async def deliver(self, activity: Payload) -> Told:
        """Send an activity, proven where there is somebody to prove it."""
        proof = {"Authorization": await self.sign()} if self.sign else {}
        return await self.send(json.dumps(activity).encode(), proof)

    async def send(self, body: bytes, headers: dict[str, str]) -> Told:
        """Send any body, as JSON."""
        typed = {"Content-Type": "application/json; charset=utf-8", **headers}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers=typed) as response,
        ):
            text = await response.text()
            return Told(response.status, json.loads(text) if text.startswith("{") else {}, text)

    # --- the pieces

    def _put(self, conversation: Conversation, text: str, thread: str) -> Said:
        said = Said(self.teams.stamp(), self.id, {}, text, thread if conversation.kind == "channel" else "")
        conversation.messages.append(said)
        return said

    def _heard(self, conversation: Conversation, text: str) -> bool:
        alone = conversation.kind == "personal"
        return conversation.bot and (alone or self.teams.listening or f"<@{self.teams.bot}>" in text)

    def _gone(self, conversation: Conversation, said: Said) -> Payload:
        whole = self.activity("messageDelete", conversation, said.thread or said.id) | {"id": said.id}
        whole["channelData"] |= {"eventType": "softDeleteMessage"}
        return whole

    def _quotation(self, on: Said) -> str:
        author, words = self._called(on.author), html.escape(on.text or on.activity.get("summary", ""))
        return (
            f'<blockquote itemscope="" itemtype="{_REPLY}" itemid="{on.id}"><strong itemprop="mri" '
            f'itemid="{on.author}">{author}</strong><span itemprop="time" itemid="{on.id}"></span>'
            f'<p itemprop="preview">{words}</p></blockquote>'
        )

    def _html(self, text: str) -> str:
        numbers = itertools.count()

        def name(found: re.Match[str]) -> str:
            kind = 'itemscope itemtype="http://schema.skype.com/Mention"'
            return f'<span {kind} itemid="{next(numbers)}">{self._called(found[1])}</span>'

        lines = _MENTION.sub(name, _escaped(text)).split("\n")
        return "".join(f"<p>{line}</p>" for line in lines)

    def _called(self, id: str) -> str:
        return "bmm" if id == self.teams.bot else self.teams.people[id].name

    def _client(self) -> Payload:
        where: dict[str, Any] = {"locale": "en-GB", "country": "GB", "platform": "Windows"}
        return where | {"timezone": self.member.zone, "type": "clientInfo"}


def _escaped(text: str) -> str:
    """Text with the signs of HTML written out, and mentions as they were."""
    pieces = re.split(r"(<@[^>]+>)", text)
    return "".join(piece if n % 2 else html.escape(piece, quote=False) for n, piece in enumerate(pieces))


def _stamped(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
