"""Looks things up in Slack: messages, people, the names of channels."""

import re
from dataclasses import replace

from adapters.slack.installing.installations import Installation
from adapters.slack.reading import parse
from adapters.slack.rendering.runs import Data
from adapters.slack.voice import Voice
from bot.events import Account, Event, Place, Quoted
from bot.ports import CannotLook, PostGone, Profile, Sending, Title

MARKED = "bmm_post"  # the type of the metadata that carries a post's mark
_SKEW = 60.0  # seconds by which our clock and Slack's may differ
_PAGES = 5  # of the newest messages, or of a thread, among which a mark is looked for
_US = "bmm"  # how the manifest calls us
_GROUP = re.compile(r"mpdm-(.+)-\d+")  # what Slack calls a chat of several people: mpdm-ada--ben--chloe-1


class Looking:
    """Reads what Slack lets us read."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    async def find(self, sending: Sending) -> str | None:
        """The `ts` of the message that carries this mark, among the newest of the channel or in its thread."""
        place = sending.place
        if place.kind == "home":
            return None  # a home is published again
        if place.kind == "personal":
            raise CannotLook("a person's chat has no address before the first post in it")
        method = "conversations.replies" if place.thread else "conversations.history"
        where: Data = {"channel": place.channel, "limit": 200, "include_all_metadata": True}
        where |= {"ts": place.thread} if place.thread else {}
        where |= {"oldest": f"{sending.since.timestamp() - _SKEW:.6f}"} if sending.since else {}
        for _ in range(_PAGES):
            page = await self._voice.call(place.tenant, method, "look", where)
            for message in page.get("messages", []):
                if _mark(message) == sending.mark:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            where["cursor"] = cursor
        raise CannotLook("more was said since than can be looked through")

    async def quote(self, event: Event) -> Quoted | None:
        """The message that `event` is about. Our own has our bot as its author, other bots' have none."""
        if event.quoted is not None or not event.message:
            return event.quoted
        tenant, channel, stamp = event.place.tenant, event.place.channel, event.message
        ours = (await self._voice.installations.of(tenant)).user
        # Of an answer in a thread Slack gives that alone, or all from its first message on: the edges leave the two.
        where = {"channel": channel, "ts": stamp, "oldest": stamp, "latest": stamp, "inclusive": True, "limit": 2}
        try:
            found = await self._voice.call(tenant, "conversations.replies", "look", where)
        except PostGone:
            return None
        message = next((each for each in found.get("messages", []) if each.get("ts") == stamp), None)
        return _quoted(message, channel, ours) if message else None

    async def profile(self, account: Account) -> Profile:
        """Name, zone, whether it is a bot, and whether of another organisation."""
        user = (await self._voice.call(account.tenant, "users.info", "look", {"user": account.user}))["user"]
        shown = user.get("profile") or {}
        name = shown.get("display_name") or shown.get("real_name") or user.get("real_name") or user.get("name") or ""
        bot = bool(user.get("is_bot")) or account.user == "USLACKBOT"
        installation = await self._voice.installations.of(account.tenant)
        return Profile(name, user.get("tz") or "", bot, _is_outside(user, account.tenant, installation))

    async def title(self, place: Place) -> Title:
        """What a channel is called, or who is in a group's chat besides us; who may look into it, and whether we do."""
        told = await self._voice.call(place.tenant, "conversations.info", "look", {"channel": place.channel})
        channel = told["channel"]
        name, group = str(channel.get("name") or ""), _GROUP.fullmatch(str(channel.get("name") or ""))
        private = bool(group or channel.get("is_private") or channel.get("is_mpim") or channel.get("is_group"))
        if group:
            name = ", ".join(each for each in group[1].split("--") if each != _US)
        return Title(name, private, channel.get("is_member") is not False)


def marked(mark: str) -> Data:
    """What is left on a message so that it can be found again."""
    return {"metadata": {"event_type": MARKED, "event_payload": {"mark": mark}}}


def _mark(message: Data) -> str:
    metadata = message.get("metadata") or {}
    return str((metadata.get("event_payload") or {}).get("mark", "")) if metadata.get("event_type") == MARKED else ""


def _quoted(message: Data, channel: str, ours: str) -> Quoted:
    said = parse.quoted(message, channel, ours)
    return replace(said, author=ours) if message.get("user") == ours else said


def _is_outside(user: Data, tenant: str, installation: Installation) -> bool:
    """Whether somebody is of another organisation: in one's own, a person may be of any of its workspaces."""
    if user.get("is_stranger"):
        return True
    own = {tenant.removeprefix(parse.tenant("")), installation.team}
    person = user.get("enterprise_user") or {}
    if installation.enterprise and installation.enterprise in (person.get("enterprise_id"), user.get("team_id")):
        return False
    return bool(user.get("team_id")) and user["team_id"] not in own
