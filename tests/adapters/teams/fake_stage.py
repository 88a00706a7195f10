"""A stage for the fake Teams: a team with a channel, two people, and a bot that only listens and answers as told."""

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.teams import FakeTeams
from tests.fakes.teams_methods import ADAPTIVE
from tests.fakes.teams_person import TeamsPerson
from tests.fakes.teams_world import Conversation, Member, Payload, Team

TEXT: Payload = {"type": "message", "text": "hello"}
HOUR = 3600.0


def card(*body: Payload, **more: Any) -> Payload:
    whole = {"type": "AdaptiveCard", "version": "1.5", "fallbackText": "x", "body": list(body)} | more
    return {"contentType": ADAPTIVE, "content": whole}


def said(*body: Payload, **more: Any) -> Payload:
    return {"type": "message", "summary": "x", "attachments": [card(*body, **more)]}


def text(words: str, **more: Any) -> Payload:
    return {"type": "TextBlock", "text": words, "wrap": True, **more}


def buttons(*actions: Payload) -> Payload:
    return {"type": "ActionSet", "actions": list(actions)}


def button(title: str, intent: str = "x.y") -> Payload:
    return {"type": "Action.Execute", "title": title, "verb": "press", "data": {"bmm": {"i": intent}}}


def menu(label: str, *options: tuple[str, str]) -> Payload:
    carried = {"l": label, "o": [list(each) for each in options]}
    data = {"msteams": {"type": "task/fetch"}, "bmm": {"m": carried}}
    return {"type": "Action.Submit", "title": label, "data": data}


def dialog(*body: Payload, title: str = "A form", **more: Any) -> Payload:
    return {"task": {"type": "continue", "value": {"title": title, "card": card(*body, **more)}}}


def choice(*options: tuple[str, str]) -> Payload:
    choices = [{"title": title, "value": value} for title, value in options]
    send = {"type": "Action.Submit", "title": "Choose", "data": {"bmm": {"p": 1, "n": "n1"}}}
    asked = {"type": "Input.ChoiceSet", "id": "choice", "label": "Which?", "choices": choices, "isRequired": True}
    return dialog(asked, title="A menu", actions=[send])


@dataclass
class Stage:
    """A team with a channel, two people, and a bot that answers what it is told to; the clock stands until moved."""

    teams: FakeTeams
    session: aiohttp.ClientSession
    at: float = 1_800_000_000.0
    heard: list[Payload] = field(default_factory=list)
    answers: list[Payload] = field(default_factory=list)

    team: Team = field(init=False)
    ops: Conversation = field(init=False)
    ada: TeamsPerson = field(init=False)
    ben: TeamsPerson = field(init=False)

    def furnish(self, url: str) -> None:
        self.teams.now = lambda: self.at
        ada, ben = self.teams.person("Ada Okafor", "Europe/London"), self.teams.person("Ben Lindqvist")
        self.ada, self.ben = (TeamsPerson(self.teams, each, url, self.sign) for each in (ada, ben))
        self.team = self.teams.team("Works", {ada.id, ben.id})
        self.ops = self.teams.channel("ops", self.team)

    async def sign(self) -> str:
        return "Bearer of Teams"

    async def hear(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer of Teams"
        self.heard.append(await request.json())
        answer = self.answers.pop(0) if self.answers else None
        return web.json_response(answer) if answer is not None else web.Response(status=200)

    async def call(self, verb: str, path: str, body: Payload | None = None, token: str = "ours") -> Payload:
        """The answer with its status, and how long to wait."""
        url, headers = f"{self.teams.service}v3/{path}", {"Authorization": f"Bearer {token}"}
        async with self.session.request(verb, url, json=body, headers=headers) as response:
            told = await response.text()
            whole: Payload = json.loads(told) if told.startswith("{") else {}
            return whole | {"status": response.status, "after": response.headers.get("Retry-After")}

    async def post(self, where: str, body: Payload = TEXT, private: bool = False) -> Payload:
        return await self.call("POST", f"conversations/{where}/activities{_private(private)}", body)

    async def edit(self, where: str, ref: str, body: Payload = TEXT, private: bool = False) -> Payload:
        return await self.call("PUT", f"conversations/{where}/activities/{ref}{_private(private)}", body)

    async def refusal(self, told: Awaitable[Payload]) -> tuple[int, str]:
        """Status and code of what is told instead."""
        answer = await told
        return answer["status"], answer.get("error", {}).get("code", "")

    def targeted(self, member: Member | TeamsPerson) -> Payload:
        return TEXT | {"recipient": {"id": member.id}}


def _private(private: bool) -> str:
    return "?isTargetedActivity=true" if private else ""


@asynccontextmanager
async def playing(**more: Any) -> AsyncIterator[Stage]:
    async with FakeTeams(**more) as teams, aiohttp.ClientSession() as session:
        stage = Stage(teams, session)
        app = web.Application()
        app.router.add_post("/api/messages", stage.hear)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        stage.furnish(f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages")
        try:
            yield stage
        finally:
            await runner.cleanup()
