"""Shows what the bot wants to be seen, in Teams."""

from collections.abc import Callable
from typing import Any

from adapters.teams.connector import Data
from adapters.teams.reading import places
from adapters.teams.rendering import drawing
from adapters.teams.rosters import Rosters
from adapters.teams.voice import Voice
from bot.answers import notice
from bot.events import Account, Event, Place, Quoted
from bot.messages import Button, Form, Message
from bot.ports import Answer, CannotLook, Errors, Pace, Profile, Sending, Title
from bot.views import FormAgain
from bot.words import say

HOME = "home"  # the reference of a home: its page is drawn when somebody looks at it
# Of a conversation's limits (7 in 1 s, 8 in 2 s, 60 in 30 s, 1,800 in an hour) the first three at once, then the last.
PACE = Pace(place=0.5, burst=6, edit=2.0, hourly=1800, rests="place")


class TeamsPlatform:
    """The tenant that we serve. `opens` says of a control whether it opens a form."""

    name = places.PLATFORM
    pace = PACE

    def __init__(self, voice: Voice, rosters: Rosters, opens: Callable[[Any], bool]) -> None:
        self.voice = voice
        self.rosters = rosters
        self.opens = opens

    # --- posts

    async def send(self, sending: Sending) -> str:
        """Post, and return the message's id."""
        return HOME if sending.place.kind == "home" else await self.voice.post(sending.place, self._drawn(sending))

    async def edit(self, ref: str, sending: Sending) -> None:
        """Put the message where `ref` stands."""
        if sending.place.kind != "home":
            await self.voice.edit(sending.place, ref, self._drawn(sending))

    async def find(self, sending: Sending) -> str | None:
        """Teams shows a bot nothing of what stands in a conversation."""
        if sending.place.kind == "home":
            return None
        raise CannotLook("a bot cannot read back in Teams")

    # --- answers

    async def answer(self, event: Event, answer: Answer) -> None:
        """Private words; a form waits behind a button, because only a click opens one."""
        await self.whisper(event, told(event, answer))

    async def whisper(self, event: Event, message: Message) -> None:
        """To the one who caused `event` alone. Raises SendError."""
        await self.voice.whisper(event, lambda: drawing.activity(message, self.opens))

    # --- what is known

    async def quote(self, event: Event) -> Quoted | None:
        """Teams lets a bot read no message that it was not given."""
        raise CannotLook("a bot cannot read back in Teams")

    async def profile(self, account: Account) -> Profile:
        """Name, zone, and whether somebody is from outside."""
        return await self.rosters.profile(account)

    async def title(self, place: Place) -> Title:
        """The name of a channel or a group's chat, and whether it is private."""
        return await self.rosters.title(place)

    def address(self, place: Place, ref: str) -> str:
        """A link to the message; a person's chat and a home have none."""
        return "" if ref == HOME else places.address(place.tenant, place.channel, ref, place.thread or "")

    def _drawn(self, sending: Sending) -> Data:
        return drawing.activity(sending.message, self.opens)


def told(event: Event, answer: Answer) -> Message:
    """An answer as private words."""
    match answer:
        case Form():
            return notice(say("machine.fill_in"), (Button(say("machine.open_form"), FormAgain(event.key), "primary"),))
        case Errors():
            return notice(next(iter(answer.fields.values())))
        case Message():
            return answer
