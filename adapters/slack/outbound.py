"""Shows what the bot wants to be seen, in Slack."""

from adapters.slack.answering import Answering
from adapters.slack.installing.installations import Installations
from adapters.slack.looking import Looking, marked
from adapters.slack.reading import parse
from adapters.slack.rendering import drawing
from adapters.slack.rendering.runs import Data
from adapters.slack.voice import Voice
from adapters.slack.web import Web
from bot.clock import SystemClock
from bot.events import Account, Event, Place, Quoted
from bot.messages import Form, Message
from bot.ports import Answer, Clock, Pace, Profile, Sending, Title

HOME = "home"  # the reference of a home, of which everybody has one


class SlackPlatform:
    """All the workspaces that we are installed in."""

    name = parse.PLATFORM
    pace = Pace(place=1.0, burst=3, edit=1.5)  # one message a second a channel; chat.update about 50 a minute

    def __init__(self, web: Web, installations: Installations, clock: Clock | None = None) -> None:
        self.web = web
        self.installations = installations
        self._voice = Voice(web, installations, clock or SystemClock(), self.pace)
        self._looking = Looking(self._voice)
        self._answering = Answering(self._voice)

    # --- posts

    async def send(self, sending: Sending) -> str:
        """Post, and return the message's `ts`; `channel:ts` where Slack chose the channel, as for a person's chat."""
        place = sending.place
        if place.kind == "home":
            return await self._published(sending)
        posted = await self._voice.post(place, _drawn(sending))
        channel = str(posted.get("channel") or place.channel)
        return str(posted["ts"]) if channel == place.channel else f"{channel}:{posted['ts']}"

    async def edit(self, ref: str, sending: Sending) -> None:
        """Put the message where `ref` stands."""
        if sending.place.kind == "home":
            await self._published(sending)
            return
        channel, _, ts = ref.rpartition(":")
        where = {"channel": channel or sending.place.channel, "ts": ts}
        await self._voice.call(sending.place.tenant, "chat.update", "edit", where | _drawn(sending))

    async def find(self, sending: Sending) -> str | None:
        """The `ts` of the message that carries this mark, among the newest of the channel or in its thread."""
        return await self._looking.find(sending)

    async def _published(self, sending: Sending) -> str:
        place = sending.place
        await self._voice.publish(place.tenant, place.channel, drawing.home(place.tenant, sending.message))
        return HOME

    # --- answers

    async def answer(self, event: Event, answer: Answer) -> None:
        """Open a form while its trigger lasts; say everything else where it was asked, or privately."""
        await self._answering.bring(event, answer)

    def view(self, event: Event, form: Form) -> Data:
        """The modal of a form that `event` asked for. Raises Invalid."""
        return drawing.form(event, form)

    def notice(self, event: Event, message: Message) -> Data:
        """A modal of words for the one who caused `event`. Raises Invalid."""
        return drawing.notice(event, message)

    def drawn(self, message: Message) -> Data:
        """`text` and `blocks` of a message. Raises Invalid."""
        return drawing.message(message)

    # --- what is known

    async def quote(self, event: Event) -> Quoted | None:
        """The message that `event` is about; our own has our bot as its author."""
        return await self._looking.quote(event)

    async def profile(self, account: Account) -> Profile:
        """Name, zone, whether it is a bot, and whether of another organisation."""
        return await self._looking.profile(account)

    async def title(self, place: Place) -> Title:
        """The name of a channel, whether it is private, and whether we are in it."""
        return await self._looking.title(place)

    def address(self, place: Place, ref: str) -> str:
        """A link to the message; a home has none."""
        channel, _, ts = ref.rpartition(":")
        return "" if ref == HOME else parse.address(channel or place.channel, ts)


def _drawn(sending: Sending) -> Data:
    return drawing.message(sending.message) | marked(sending.mark)
