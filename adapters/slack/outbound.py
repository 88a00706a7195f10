"""Shows what the bot wants to be seen, in Slack."""

import logging

import aiohttp

from adapters.slack import forms, parse, render
from adapters.slack.installations import Installations
from adapters.slack.refusals import Doing, code
from adapters.slack.runs import Data
from adapters.slack.web import Web
from bot.events import Account, Event, Place, Quoted
from bot.messages import Form, Message, Text, Words
from bot.ports import Answer, CannotLook, Errors, Invalid, Pace, PlaceGone, Profile, SendError, Sending

log = logging.getLogger("bmm.slack")

MARKED = "bmm_post"  # the type of the metadata that carries a post's mark
_PAGES = 5  # of the newest messages, or of a thread, among which a mark is looked for
_LET_GO = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")
_LATE = Words("This took too long to open, and Slack let it go. Nothing was changed: please press or type it again.")


class SlackPlatform:
    """All the workspaces that we are installed in."""

    name = parse.PLATFORM
    pace = Pace(place=1.0, burst=3, edit=1.5)  # one message a second a channel; chat.update about 50 a minute

    def __init__(self, web: Web, installations: Installations) -> None:
        self.web = web
        self.installations = installations

    # --- posts

    async def send(self, sending: Sending) -> str:
        """Post, and return the message's `ts`; `channel:ts` where Slack chose the channel, as for a person's chat."""
        place = sending.place
        posted = await self._post(place.tenant, {"channel": place.channel} | _thread(place) | self._drawn(sending))
        channel = str(posted.get("channel") or place.channel)
        return str(posted["ts"]) if channel == place.channel else f"{channel}:{posted['ts']}"

    async def edit(self, ref: str, sending: Sending) -> None:
        """Put the message where `ref` stands."""
        channel, _, ts = ref.rpartition(":")
        where = {"channel": channel or sending.place.channel, "ts": ts}
        await self._call(sending.place.tenant, "chat.update", "edit", where | self._drawn(sending))

    async def find(self, sending: Sending) -> str | None:
        """The `ts` of the message that carries this mark, among the newest of the channel or in its thread."""
        place = sending.place
        if place.kind == "personal":
            raise CannotLook("a person's chat has no address before the first post in it")
        method = "conversations.replies" if place.thread else "conversations.history"
        where: Data = {"channel": place.channel, "limit": 200, "include_all_metadata": True}
        where |= {"ts": place.thread} if place.thread else {}
        for _ in range(_PAGES):
            page = await self._call(place.tenant, method, "look", where)
            for message in page.get("messages", []):
                if _mark(message) == sending.mark:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            where["cursor"] = cursor
        return None

    async def quote(self, event: Event) -> Quoted | None:
        """The message that somebody reacted to."""
        return event.quoted

    def address(self, place: Place, ref: str) -> str:
        """A link to the message."""
        channel, _, ts = ref.rpartition(":")
        return parse.address(channel or place.channel, ts)

    async def profile(self, account: Account) -> Profile:
        """Name, zone, and whether it is a bot."""
        user = (await self._call(account.tenant, "users.info", "look", {"user": account.user}))["user"]
        shown = user.get("profile") or {}
        name = shown.get("display_name") or shown.get("real_name") or user.get("real_name") or user.get("name") or ""
        return Profile(name, user.get("tz") or "", bool(user.get("is_bot")) or account.user == "USLACKBOT")

    async def title(self, place: Place) -> str:
        """The name of a channel, or an empty text for what has none."""
        told = await self._call(place.tenant, "conversations.info", "look", {"channel": place.channel})
        return str(told["channel"].get("name") or "")

    # --- answers

    async def answer(self, event: Event, answer: Answer) -> None:
        """Open a form while its trigger lasts; say everything else privately where it was asked."""
        match answer:
            case Form():
                await self._open(event, answer)
            case Errors():
                await self._whisper(event, told(answer))
            case Message():
                await self._whisper(event, answer)

    async def _open(self, event: Event, form: Form) -> None:
        try:
            opened = {"trigger_id": event.trigger, "view": self.view(event, form)}
            await self._call(event.place.tenant, "views.open", "look", opened)
        except SendError as error:
            if code(error.__cause__) not in _LET_GO:
                raise
            await self._whisper(event, Message(_LATE, (Text(_LATE),)))

    def view(self, event: Event, form: Form) -> Data:
        """The modal of a form that `event` asked for. Raises Invalid."""
        try:
            return forms.view(form, parse.origin(event))
        except (KeyError, ValueError) as error:
            raise Invalid(str(error)) from error

    def drawn(self, message: Message) -> Data:
        """`text` and `blocks` of a message. Raises Invalid."""
        try:
            return render.message(message)
        except (KeyError, ValueError) as error:
            raise Invalid(str(error)) from error

    async def _whisper(self, event: Event, message: Message) -> None:
        """To one person: by the address that came with the event, else as an ephemeral, else in their own chat."""
        if event.actor is None:
            raise SendError("nobody caused this event")
        said, place = self.drawn(message), event.place
        if event.answer and await self._respond(event.answer, said | _thread(place)):
            return
        if place.kind != "personal" and place.channel:
            try:
                where = {"channel": place.channel, "user": event.actor.user}
                await self._call(place.tenant, "chat.postEphemeral", "post", where | _thread(place) | said)
                return
            except PlaceGone:
                log.info("no ephemeral there: the answer goes to the person's own chat", extra={"event": event.key})
        where = (
            {"channel": place.channel} | _thread(place) if place.kind == "personal" else {"channel": event.actor.user}
        )
        await self._post(place.tenant, where | said)

    async def _respond(self, url: str, said: Data) -> bool:
        """Whether a response URL, good for five uses within half an hour, took the words."""
        body = {"response_type": "ephemeral", "replace_original": False} | said
        try:
            async with self.web.session.post(url, json=body, allow_redirects=False) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False

    # --- calls

    def _drawn(self, sending: Sending) -> Data:
        return self.drawn(sending.message) | {
            "metadata": {"event_type": MARKED, "event_payload": {"mark": sending.mark}}
        }

    async def _post(self, tenant: str, what: Data) -> Data:
        return await self._call(
            tenant, "chat.postMessage", "post", what | {"unfurl_links": False, "unfurl_media": False}
        )

    async def _call(self, tenant: str, method: str, doing: Doing, what: Data) -> Data:
        """One call, in the name of the bot of that workspace. Raises SendError."""
        installation = await self.installations.of(tenant)
        return await self.web.call(installation.token, method, doing, what)


def told(wrong: Errors) -> Message:
    """Field errors as words, for where the form is gone."""
    return Message(Words("{all}", {"all": _joined(wrong)}), tuple(Text(words) for words in wrong.fields.values()))


def _joined(wrong: Errors) -> Words:
    names = [f"e{n}" for n in range(len(wrong.fields))]
    return Words(" ".join(f"{{{name}}}" for name in names), dict(zip(names, wrong.fields.values(), strict=True)))


def _thread(place: Place) -> Data:
    return {"thread_ts": place.thread} if place.thread else {}


def _mark(message: Data) -> str:
    metadata = message.get("metadata") or {}
    return str((metadata.get("event_payload") or {}).get("mark", "")) if metadata.get("event_type") == MARKED else ""
