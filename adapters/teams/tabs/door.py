"""The door of the tabs: their pages, what these ask for, and what people press and fill in there."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from adapters.teams.commands import plain
from adapters.teams.tabs import forms, html, pages, parse
from adapters.teams.tabs.refusals import AWAY, OUTSIDE, UNASKED, Declined
from adapters.teams.tabs.session import Looker, People, Session, Verify
from bot.cleaning import clean
from bot.effects import Refusal
from bot.events import Account, Event, Place
from bot.messages import Form, Message, Person
from bot.ports import Answer, Clock, Conflict, Errors, Ids, SendError, Unavailable
from bot.wire import pack

log = logging.getLogger("bmm.teams.tabs")

Data = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript"}


class Asking(Protocol):
    """What the core does with an event."""

    async def ask(self, event: Event) -> Answer | None:
        """Handle it now, and return what its actor is shown. Raises Unavailable."""
        ...


class Viewing(Protocol):
    """What the core draws without an event."""

    async def page(self, name: str, place: Place, actor: Account) -> Message:
        """A page as it looks there to this person. Raises Unavailable."""
        ...


@dataclass(frozen=True)
class Door:
    """The handlers of the tabs' routes."""

    bot: Asking
    viewing: Viewing
    people: People
    session: Session
    opens: html.Opens
    clock: Clock
    ids: Ids

    async def home(self, request: web.Request) -> web.Response:
        """Somebody's own page; whoever has just `opened` it is introduced to the core first."""
        looker = await self.session.home(await self.session.who(request))
        if request.query.get("opened"):
            await self.bot.ask(self._event("opened", looker, self.ids()))
        return await self._drawn("home", looker)

    async def board(self, request: web.Request) -> web.Response:
        """The board of a channel, for whoever is in it."""
        oid = await self.session.who(request)
        return await self._drawn("board", await self.session.board(oid, parse.channel(request)))

    async def press(self, request: web.Request) -> web.Response:
        """A pressed control, answered on the line."""
        oid = await self.session.who(request)  # first: what a stranger sends is not read
        press = await parse.body(request, parse.Press)
        looker = await self._looker(oid, press)
        return await self._asked(self._event("control", looker, press.nonce, intent=press.intent))

    async def submit(self, request: web.Request) -> web.Response:
        """A submitted form, answered on the line."""
        oid = await self.session.who(request)  # first: what a stranger sends is not read
        submit = await parse.body(request, parse.Submit)
        looker = await self._looker(oid, submit)
        values = {name: clean(value).strip() for name, value in submit.values.items()}
        return await self._asked(self._event("form", looker, submit.nonce, intent=submit.intent, values=values))

    async def _looker(self, oid: str, press: parse.Press) -> Looker:
        if press.page == "home":
            return await self.session.home(oid)
        if not press.channel:
            raise parse.unreadable("no channel is named")
        return await self.session.board(oid, press.channel)

    def _event(self, how: Any, looker: Looker, mark: str, **more: Any) -> Event:
        account = looker.account
        key = f"{account.tenant}:tab:{account.user}:{mark}"
        return Event(key, how, self.clock.now(), looker.place, account, unproven=True, **more)

    async def _drawn(self, name: str, looker: Looker) -> web.Response:
        drawn = await self.viewing.page(name, looker.place, looker.account)
        return web.json_response({"html": html.message(drawn, self.opens), "title": plain(drawn.summary)})

    async def _asked(self, event: Event) -> web.Response:
        return web.json_response(await self._riding(event, await self.bot.ask(event)))

    async def _riding(self, event: Event, answer: Answer | None) -> Data:
        match answer:
            case Form():
                people = await self._choosable(event.place) if forms.names_people(answer) else ()
                title, intent = plain(answer.title), pack(answer.intent)
                return {"form": forms.form(answer, people), "title": title, "intent": intent}
            case Errors():
                return {"errors": forms.errors(answer)}
            case Message():
                return self._notice(answer)
            case None:
                return {}

    async def _choosable(self, place: Place) -> Sequence[Person]:
        """Without Teams' list of people, somebody is named by hand."""
        try:
            return await self.people.of(place)
        except SendError as error:
            log.warning("Teams did not say who is there", extra={"error": repr(error)})
            return ()

    def _notice(self, said: Message) -> Data:
        if html.is_short(said):
            return {"notice": html.message(said, self.opens), "title": "", "short": True}
        title, rest = html.titled(said)
        return {"notice": html.message(rest, self.opens, level=3), "title": title, "short": False}


def routes(
    bot: Asking,
    viewing: Viewing,
    people: People,
    verify: Verify,
    tenant: str,
    opens: html.Opens,
    clock: Clock,
    ids: Ids,
) -> list[web.RouteDef]:
    """Every route of the tabs. `verify` checks the tokens of people, `tenant` is the Entra tenant's id."""
    door = Door(bot, viewing, people, Session(people, verify, tenant), opens, clock, ids)
    shells = {"home": "bmm: your page", "board": "bmm: the board"}
    return [
        *(web.get(f"/teams/{page}", _shell(page, title)) for page, title in shells.items()),
        web.get("/teams/configure", _configure),
        web.get("/teams/about", _said(pages.about)),
        web.get("/teams/privacy", _said(pages.privacy)),
        web.get("/teams/terms", _said(pages.terms)),
        web.get("/teams/static/{name}", _static),
        web.get("/teams/api/home", guarded(door.home)),
        web.get("/teams/api/board", guarded(door.board)),
        web.post("/teams/api/press", guarded(door.press)),
        web.post("/teams/api/submit", guarded(door.submit)),
    ]


def guarded(handler: Handler) -> Handler:
    """The handler with its refusals as JSON, and the headers of a careful answer."""

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Declined as declined:
            response = web.json_response(declined.why.body, status=declined.why.status)
        except Refusal:
            response = web.json_response(OUTSIDE.body, status=OUTSIDE.status)
        except (Unavailable, Conflict):
            response = web.json_response(AWAY.body, status=AWAY.status)
        except SendError as error:
            log.warning("Teams did not say who is there", extra={"error": repr(error)})
            response = web.json_response(UNASKED.body, status=UNASKED.status)
        response.headers.update(pages.HEADERS)
        response.headers["Cache-Control"] = "no-store"
        if response.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    return answered


def _shell(page: str, title: str) -> Handler:
    async def shell(request: web.Request) -> web.StreamResponse:
        return pages.tab(page, title, pages.themed(request.query.get("theme", "")))

    return shell


async def _configure(request: web.Request) -> web.StreamResponse:
    return pages.configure(pages.themed(request.query.get("theme", "")))


def _said(page: Callable[[], web.Response]) -> Handler:
    async def said(_request: web.Request) -> web.StreamResponse:
        return page()

    return said


async def _static(request: web.Request) -> web.StreamResponse:
    path = _STATIC / request.match_info["name"]
    if path.parent != _STATIC or path.suffix not in _TYPES or not path.is_file():
        raise web.HTTPNotFound(headers=pages.HEADERS)
    kind = f"{_TYPES[path.suffix]}; charset=utf-8"
    return web.FileResponse(path, headers={**pages.HEADERS, "Content-Type": kind, "Cache-Control": "no-cache"})
