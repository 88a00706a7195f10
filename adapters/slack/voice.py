"""Speaks in the name of our bot in each workspace: calls, posts at their pace, views that are published."""

from adapters.slack.installing.installations import Installations
from adapters.slack.refusals import Doing, code
from adapters.slack.rendering.runs import Data
from adapters.slack.web import Web
from bot.chats import LONGEST, Chats
from bot.events import Event, Place
from bot.ports import Clock, Pace, PlaceGone, TenantGone, Throttled

_OLD_TOKEN = ("invalid_auth", "token_expired", "token_revoked")  # another replica may know a newer one


class Voice:
    """One workspace's bot after another, over one session."""

    def __init__(self, web: Web, installations: Installations, clock: Clock, pace: Pace) -> None:
        self.web = web
        self.installations = installations
        self._clock = clock
        self._chats = Chats(clock, pace)

    async def call(self, tenant: str, method: str, doing: Doing, what: Data) -> Data:
        """One call, in the name of the bot of that workspace. Raises SendError."""
        installation = await self.installations.of(tenant)
        try:
            return await self.web.call(installation.token, method, doing, what, installation.owner)
        except TenantGone as error:
            if code(error.__cause__) not in _OLD_TOKEN:
                raise
            fresh = await self.installations.again(tenant, installation.token)
            if fresh is None:
                raise
            return await self.web.call(fresh.token, method, doing, what, fresh.owner)

    async def post(self, place: Place, said: Data) -> Data:
        """A new message, now. Raises SendError; Throttled where the channel was written to too lately."""
        async with self._chats.at_once(place.tenant, place.channel):
            return await self.call(place.tenant, "chat.postMessage", "post", _message(place, said))

    async def whisper(self, event: Event, said: Data) -> None:
        """To the one who caused `event`: an ephemeral where they are, else in their own chat. Raises SendError."""
        if event.actor is None:
            raise ValueError("nobody caused this event")
        place, user = event.place, event.actor.user
        if place.kind in ("channel", "group") and place.channel:
            where = {"channel": place.channel, "user": user}
            try:
                await self._patiently(place.tenant, "chat.postEphemeral", where | thread(place) | said)
                return
            except PlaceGone:
                place = Place(place.platform, place.tenant, "", kind="personal")
        own = place if place.kind == "personal" and place.channel else Place(place.platform, place.tenant, user)
        self._chats.is_chat(own.tenant, user, own.channel)
        async with self._chats.turn(own.tenant, own.channel):
            posted = await self._patiently(own.tenant, "chat.postMessage", _message(own, said))
        self._chats.is_chat(own.tenant, user, str(posted.get("channel") or own.channel))

    async def publish(self, tenant: str, user: str, view: Data) -> None:
        """Somebody's home. May be repeated freely. Raises SendError."""
        await self.call(tenant, "views.publish", "edit", {"user_id": user, "view": view})

    async def _patiently(self, tenant: str, method: str, what: Data) -> Data:
        """One call, and another where Slack asked for a rest: nothing was posted, and nobody else would try again."""
        try:
            return await self.call(tenant, method, "post", what)
        except Throttled as rest:
            if rest.after > LONGEST:
                raise
            await self._clock.sleep(rest.after)
            return await self.call(tenant, method, "post", what)


def _message(place: Place, said: Data) -> Data:
    """The arguments of a new message, in which Slack unfurls nothing of its own."""
    return {"channel": place.channel, "unfurl_links": False, "unfurl_media": False} | thread(place) | said


def thread(place: Place) -> Data:
    """The thread of a place, as an argument of a call."""
    return {"thread_ts": place.thread} if place.thread else {}
