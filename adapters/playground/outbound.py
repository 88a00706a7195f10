"""Shows what the bot wants to be seen, in the browser."""

import json
from dataclasses import replace
from typing import Any

from adapters.playground import render, talk
from adapters.playground.live import Windows
from adapters.playground.team import BOT, CHANNELS, PEOPLE, PLATFORM, TENANT, address, channel_of
from bot.chatlog import Said
from bot.events import Account, Event, Place, Quoted
from bot.messages import Form, Message
from bot.ports import (
    Answer,
    Clock,
    Database,
    Errors,
    Ids,
    Invalid,
    Pace,
    PlaceGone,
    PostGone,
    Profile,
    Query,
    SendError,
    Sending,
    Store,
    Title,
)


class PlaygroundPlatform:
    """The playground, as the core sees it. A talk with bmm alone is the channel named by the user's id."""

    name = PLATFORM
    pace = Pace(place=0, burst=1000, edit=0.3)

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self.windows = Windows()
        self._database = database
        self._clock = clock
        self._ids = ids

    async def send(self, sending: Sending) -> str:
        """Post, and return the id of the message."""
        if sending.place.channel not in {*CHANNELS, *PEOPLE}:
            raise PlaceGone(sending.place.channel)
        said = replace(self._said(sending.place, sending.message), mark=sending.mark)
        if sending.place.kind == "home":
            return await self._publish(said)
        await talk.write(self._database, lambda store: store.add(said))
        self.windows.show(said)
        return said.id

    async def edit(self, ref: str, sending: Sending) -> None:
        """Put the message where `ref` stands."""
        body = json.dumps(_drawn(sending.message))

        def change(store: Store) -> Said:
            found = store.get(Said, ref, lock=True)
            if found is None:
                raise PostGone(ref)
            changed = replace(found, body=body, edited=True)
            store.put(changed)
            return changed

        self.windows.show(await talk.write(self._database, change))

    async def find(self, sending: Sending) -> str | None:
        """The id of the message with this mark."""
        where = {"tenant": TENANT, "author": BOT, "mark": sending.mark}
        found = await self._database.read(lambda store: store.find(Said, Query(where, limit=1)), TENANT)
        return found[0].id if found else None

    async def answer(self, event: Event, answer: Answer) -> None:
        """Show a form or its errors in the window it was asked from, and private words where it was asked."""
        if event.actor is None:
            raise SendError("nobody caused this event")
        what = await self.riding(event, answer)
        if not isinstance(answer, Message) and not self.windows.push(
            event.actor.user, event.trigger, {"type": "answer"} | what
        ):
            raise SendError("no window is open")

    async def riding(self, event: Event, answer: Answer) -> dict[str, Any]:
        """The answer as it rides on the response to a request: `form`, `errors`, or `notice`, which is kept too."""
        match answer:
            case Form():
                origin = {
                    "channel": channel_of(event.place),
                    "thread": event.place.thread or "",
                    "message": event.message,
                }
                return {"form": _form(answer), "origin": origin}
            case Errors():
                return {"errors": render.errors(answer)}
            case Message() if event.how == "opened":
                return {"home": await self._publish(self._said(event.place, answer))}
            case Message():
                return {"notice": talk.draw(await self._tell(event, answer))}

    async def profile(self, account: Account) -> Profile:
        """What is known of somebody here."""
        person = PEOPLE.get(account.user)
        return Profile(person.name, person.zone) if person else Profile(account.user, bot=account.user == BOT)

    async def title(self, place: Place) -> Title:
        """The name of a channel; everybody is in all of them."""
        return Title(place.name)

    async def quote(self, event: Event) -> Quoted | None:
        """Whatever somebody points at comes with the event here."""
        return event.quoted

    def address(self, place: Place, ref: str) -> str:
        """A link within the playground to the message."""
        return "" if place.kind == "home" else address(place.channel, ref)

    async def close(self) -> None:
        """Let go of the open windows, so that the server can stop."""
        self.windows.close()

    async def _tell(self, event: Event, message: Message) -> Said:
        user = event.actor.user if event.actor else ""
        is_home = event.place.kind == "home"  # one notice at a time stands over it
        asked = f"/bmm {event.text}".strip() if event.how == "command" else ""
        under = event.place.kind if is_home else event.message if event.how in ("control", "form") else ""
        mark = render.ANSWER + under if under else ""
        said = replace(self._said(event.place, message), to=user, text=asked, mark=mark)
        for each in await talk.write(self._database, lambda store: talk.replace_answer(store, said)):
            self.windows.gone(each)
        self.windows.show(said)
        return said

    async def _publish(self, said: Said) -> str:
        """Let this be what stands on somebody's home, and return its id."""
        for each in await talk.write(self._database, lambda store: talk.replace_home(store, said)):
            self.windows.gone(each)
        self.windows.show(said)
        return said.id

    def _said(self, place: Place, message: Message) -> Said:
        body = json.dumps(_drawn(message))
        return Said(self._ids(), TENANT, channel_of(place), self._clock.now(), BOT, place.thread or "", body=body)


def _drawn(message: Message) -> dict[str, Any]:
    try:
        return render.message(message)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(str(error)) from error


def _form(form: Form) -> dict[str, Any]:
    try:
        return render.form(form)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(str(error)) from error
