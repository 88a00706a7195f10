"""Somebody in the fake Slack who does more than talk and click: edits, deletes, reacts, uses menus, moves channels.

Shapes as in tests/adapters/slack/recorded, whose README names the pages of docs.slack.dev.
"""

from typing import Any

from tests.fakes.slack_person import SlackPerson, Told, escaped
from tests.fakes.slack_seen import Control, Payload, Seen
from tests.fakes.slack_workspace import Channel, dm

_TYPES = {"im": "im", "mpim": "mpim", "groups": "group", "channels": "channel"}


class SlackMember(SlackPerson):
    """One person. `team` is that of another organisation, for somebody who is here by a shared channel alone."""

    team = ""

    # --- messages

    async def attach(self, channel: str, text: str, names: tuple[str, ...], thread: str | None = None) -> str:
        """Say something with files on it, and return the message's ts; a mention comes with its twin."""
        files = [self._file(name) for name in names]
        said = self.slack.post(channel, self.id, escaped(text), thread, files=files)
        await self.tell_message(channel, said, subtype="file_share")
        return str(said["ts"])

    async def edit(self, channel: str, stamp: str, text: str) -> None:
        """Let a message of one's own read differently; words that name the bot are told twice."""
        said = self._message(channel, stamp)
        before = dict(said)
        said.update(text=escaped(text), edited={"user": self.id, "ts": self.slack.stamp()})
        await self._changed(channel, dict(said), before)
        if self._names_bot(channel, said):
            await self.deliver(self.event("app_mention", channel, said))

    async def delete(self, channel: str, stamp: str) -> None:
        """Take a message of one's own away; what has answers leaves a tombstone."""
        said = self._message(channel, stamp)
        messages = self.slack.channels[channel].messages
        if any(each.get("thread_ts") == stamp for each in messages):
            left = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
            before = dict(said)
            said.clear()
            said.update(left, ts=stamp, hidden=True, thread_ts=stamp)
            await self._changed(channel, dict(said), before)
            return
        messages.remove(said)
        gone = {"subtype": "message_deleted", "deleted_ts": stamp, "previous_message": said, "hidden": True}
        await self._tell_hidden(channel, gone)

    async def react(self, channel: str, stamp: str, emoji: str) -> None:
        """React to a message."""
        author = self._message(channel, stamp).get("user")
        item = {"type": "message", "channel": channel, "ts": stamp}
        await self.tell(channel, {"type": "reaction_added", "reaction": emoji, "item_user": author, "item": item})

    async def link(self, channel: str, said: Payload, urls: list[str]) -> None:
        """Slack found links to the bot's pages in a message."""
        links = [{"domain": url.split("/")[2], "url": url} for url in urls]
        told = {"type": "link_shared", "channel": channel, "message_ts": said["ts"], "links": links}
        thread = {"thread_ts": said["thread_ts"]} if "thread_ts" in said else {}
        more = {"is_bot_user_member": True, "source": "conversations_history", "unfurl_id": "x"}
        await self.tell(channel, told | thread | more)

    # --- menus and the home

    async def use(self, callback: str, channel: str = "", stamp: str = "") -> Told:
        """Choose a shortcut in the menu of a message, or without one."""
        named = {"callback_id": callback, "action_ts": self.slack.stamp()}
        if not stamp:
            return await self.interact(self.interaction("shortcut") | named)
        message = {"team": self.slack.team} | self._message(channel, stamp)
        room = {"id": channel, "name": self.slack.channels[channel].name or "directmessage"}
        about = {"message": message, "message_ts": stamp, "channel": room}
        answer = {"response_url": self.slack.answer_url(self.id, channel)}
        return await self.interact(self.interaction("message_action") | named | about | answer)

    async def open_home(self) -> None:
        """Look at one's App Home."""
        view = self.slack.homes.get(self.id)
        told = {"type": "app_home_opened", "channel": dm(self.id), "tab": "home"} | ({"view": view} if view else {})
        await self.tell(dm(self.id), told)

    # --- channels

    async def move(self, deed: str, channel: str, name: str = "") -> None:
        """One of `invites`, `removes`, `archives`, `unarchives`, `renames` (to `name`), done to a channel."""
        room, bot = self.slack.channels[channel], self.slack.bot
        match deed:
            case "invites":
                room.bot = True
                joined = {"user": bot, "channel": channel, "channel_type": "C", "team": self.slack.team}
                await self.tell(channel, {"type": "member_joined_channel", "inviter": self.id} | joined)
            case "removes":
                room.bot = False
                await self.tell(channel, {"type": _named("left", room), "channel": channel, "actor_id": self.id}, "")
            case "archives" | "unarchives":
                room.archived = deed == "archives"
                await self.tell(channel, {"type": _named(deed.removesuffix("s"), room), "channel": channel})
            case _:
                room.name = name
                told = {"id": channel, "name": name, "name_normalized": name, "is_channel": True, "is_mpim": False}
                await self.tell(channel, {"type": _named("rename", room), "channel": told}, "")

    # --- the requests

    async def tell_message(self, channel: str, said: Payload, **more: Any) -> None:
        """Words of somebody's, as Slack tells of them: as a message, and once more where they name the bot."""
        if not self.slack.channels[channel].bot:
            return
        if self._names_bot(channel, said):
            await self.deliver(self.event("app_mention", channel, said))
        await self.deliver(self.event("message", channel, said | more))

    async def tell(self, channel: str, body: Payload, user: str | None = None) -> None:
        """An event that is no message; `user` is who did it, unless the body or an empty text says otherwise."""
        actor = {} if user == "" else {"user": self.id}
        whole = self.event("message", channel, {"ts": self.slack.stamp()})
        told = actor | body | {"event_ts": self.slack.stamp()}
        await self.deliver(whole | {"event": told})

    def event(self, kind: str, channel: str, said: Payload) -> Payload:
        """An event of the Events API about a message, with the fields of its channel and of its author's workspace."""
        room, whole = self.slack.channels[channel], super().event(kind, channel, said)
        body: Payload = whole["event"]
        body |= {"channel_type": _TYPES[room.kind]} if kind == "message" else {}
        team = self.team or self.slack.team
        body |= {"team": team, "user_team": team, "source_team": team}
        shared = any("team_id" in self.slack.users[each] for each in room.members or ())
        context = {"team_id": team, "context_team_id": self.slack.team} if shared else {}
        return whole | context | {"is_ext_shared_channel": shared}

    def interaction(self, kind: str) -> Payload:
        """What all interactions have in common."""
        whole = super().interaction(kind)
        whole["user"] |= {"team_id": self.team or self.slack.team}
        if kind == "view_submission" and self.team:  # only the view says who has installed us
            whole["team"] = {"id": self.team, "domain": "other"}
        return whole

    async def _act(self, seen: Seen, control: Control, action: Payload) -> Told:
        whole = {"action_id": control.action_id, "block_id": control.block_id or "b", "action_ts": self.slack.stamp()}
        if control.unfurl:
            return await self._act_below(seen, control.unfurl, action | whole)
        if seen.payload.get("type") not in ("modal", "home"):
            return await super()._act(seen, control, action)
        view = seen.payload | {"team_id": self.slack.team, "app_installed_team_id": self.slack.team}
        about = {"container": {"type": "view", "view_id": view["id"]}, "view": view, "actions": [action | whole]}
        return await self.interact(self.interaction("block_actions") | about)

    async def _act_below(self, seen: Seen, url: str, action: Payload) -> Told:
        """Press what was unfurled; Slack says no more of the message than where it stands."""
        where = {"message_ts": seen.ref, "channel_id": seen.channel, "is_ephemeral": False, "is_app_unfurl": True}
        about = {
            "container": {"type": "message_attachment", "attachment_id": 1, "app_unfurl_url": url, **where},
            "channel": {"id": seen.channel, "name": self.slack.channels[seen.channel].name},
            "app_unfurl": {"id": 1, "app_unfurl_url": url, "is_app_unfurl": True, "bot_id": "B0BMM"},
            "response_url": self.slack.answer_url(self.id, seen.channel),
            "actions": [action],
        }
        return await self.interact(self.interaction("block_actions") | about)

    async def _changed(self, channel: str, now: Payload, before: Payload) -> None:
        await self._tell_hidden(
            channel, {"subtype": "message_changed", "message": now, "previous_message": before, "hidden": True}
        )

    async def _tell_hidden(self, channel: str, body: Payload) -> None:
        if self.slack.channels[channel].bot:
            event = self.event("message", channel, {"type": "message", "ts": self.slack.stamp()} | body)
            for name in ("team", "user_team", "source_team"):
                event["event"].pop(name)
            await self.deliver(event)

    def _names_bot(self, channel: str, said: Payload) -> bool:
        return f"<@{self.slack.bot}>" in said["text"] and not channel.startswith("D")

    def _message(self, channel: str, stamp: str) -> Payload:
        return self.slack.message(self.slack.channels[channel], stamp)

    def _file(self, name: str) -> Payload:
        id = f"F{self.slack.stamp()[-6:]}"
        where = f"{self.slack.team}/{id}/{name}"
        return {"id": id, "name": name, "title": name, "permalink": f"https://acme.slack.com/files/{where}"}


def _named(deed: str, room: Channel) -> str:
    return f"{'group' if room.kind == 'groups' else 'channel'}_{deed}"
