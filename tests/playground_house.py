"""The room of the harness in the playground, through its own HTTP interface."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.playground import core, inbound
from adapters.playground.outbound import PlaygroundPlatform
from bot.messages import When, moment
from tests.harness import BOT, PEOPLE, Asked, Control, Room, Seen, SeenForm, first_name, joined

Data = dict[str, Any]

ZONE = "Europe/London"  # in which the reader of these tests sits


class PlaygroundRoom(Room):
    """People at their browsers."""

    client: TestClient[web.Request, web.Application]

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        self._nonces = itertools.count(1)
        self._forms: dict[str, tuple[Data, Data, dict[str, str]]] = {}  # by person: form, origin, errors
        self.platform = PlaygroundPlatform(self.bot.database, self.clock, self.bot.ids)
        self.platforms[self.platform.name] = self.platform

    def app(self) -> web.Application:
        """The playground's routes."""
        app = web.Application()
        bot = self.bot
        shortcuts = core.offered(bot.routes.shortcuts)
        app.add_routes(inbound.routes(bot, self.platform, bot.database, bot.clock, bot.ids, (), shortcuts))
        return app

    # --- acts

    async def _say(self, person: str, channel: str, text: str, thread: str) -> str:
        answer = await self._post("say", person, channel=self._channel(person, channel), text=text, thread=thread)
        return str(answer["message"]["id"])

    async def _command(self, person: str, channel: str, text: str) -> None:
        where = self._channel(person, channel)
        answer = await self._post("say", person, channel=where, text=f"/bmm {text}", window="w")
        self._answered(person, answer)

    async def _press(self, person: str, on: Seen, control: Control) -> None:
        self._answered(person, await self._post("press", person, message=on.ref, intent=control.value, window="w"))

    async def _choose(self, person: str, on: Seen, control: Control, option: str, value: str) -> None:
        self._answered(person, await self._post("press", person, message=on.ref, intent=value, window="w"))

    async def _submit(self, person: str, form: SeenForm, values: dict[str, str]) -> None:
        whole = {each.name: each.initial for each in form.fields} | values
        drawn, origin, _ = self._forms[person]
        answer = await self._post("submit", person, **origin, intent=drawn["intent"], values=whole, window="w")
        if "errors" in answer:
            self._forms[person] = (drawn, origin, answer["errors"])
        else:
            del self._forms[person]
            self._answered(person, answer)

    async def _edit(self, person: str, on: Seen, text: str) -> None:
        await self._post("edit", person, message=on.ref, text=text)

    async def _delete(self, person: str, on: Seen) -> None:
        await self._post("delete", person, message=on.ref)

    async def _use(self, person: str, shortcut: str, on: Seen | None) -> None:
        about = {"message": on.ref} if on else {}
        self._answered(person, await self._post("shortcut", person, name=shortcut, window="w", **about))

    async def _open_home(self, person: str) -> None:
        await self._post("home", person, window="w")

    def close_form(self, person: str) -> None:
        """Close the open form."""
        self._forms.pop(person, None)

    def _answered(self, person: str, answer: Data) -> None:
        if "form" in answer:
            self._forms[person] = (answer["form"], answer["origin"], {})

    # --- what is seen

    async def everything(self) -> list[Seen]:
        """What the state of each person's page holds, each message once."""
        found: dict[str, Seen] = {}
        for person in self.known:
            state = await self._get("state", person)
            for channel in state["channels"]:
                shown = [each for each in channel["messages"] if channel["kind"] != "home" or each["to"]]
                found |= {each["id"]: _seen(each) for each in shown}
        return [found[ref] for ref in sorted(found)]

    async def home(self, person: str) -> Seen | None:
        """What stands on the page of one's own."""
        state = await self._get("state", person)
        (own,) = (each for each in state["channels"] if each["kind"] == "home")
        stands = [each for each in own["messages"] if not each["to"]]
        return replace(_seen(stands[-1]), to=person) if stands else None

    async def form(self, person: str) -> SeenForm | None:
        """The form that is open in the browser."""
        if person not in self._forms:
            return None
        drawn, _, wrong = self._forms[person]
        fields = tuple(map(asked, drawn["fields"]))
        labels = {each.name: each.label for each in fields}
        errors = tuple((labels.get(name, name), words) for name, words in wrong.items())
        return SeenForm(drawn["title"], fields, errors, text(drawn["note"] or []), drawn)

    # --- HTTP

    async def _post(self, path: str, person: str, **body: Any) -> Data:
        whole = {"as": PEOPLE[person].id, "nonce": f"n{next(self._nonces)}", **body}
        async with self.client.post(f"/api/{path}", json=whole) as response:
            assert response.status == 200, await response.text()
            answer: Data = await response.json()
            return answer

    async def _get(self, path: str, person: str) -> Data:
        async with self.client.get(f"/api/{path}", params={"as": PEOPLE[person].id}) as response:
            assert response.status == 200, await response.text()
            answer: Data = await response.json()
            return answer

    def _channel(self, person: str, channel: str) -> str:
        return PEOPLE[person].id if channel == BOT else channel

    def _user(self, person: str) -> str:
        return f"<@{PEOPLE[person].id}>" if person else ""


@contextlib.asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[PlaygroundRoom]:
    """The playground on a port of the loopback."""
    room = PlaygroundRoom(database_url)
    async with TestClient(TestServer(room.app())) as room.client:
        yield room
        await room.platform.close()
    await room.bot.stop()


# --- what the browser gets, as people see it

_NAMES = {each.id: first for first, each in PEOPLE.items()}


def _seen(said: Data) -> Seen:
    mine = said["channel"].removeprefix("home:") in _NAMES
    bot = said["author"] == BOT
    to = said["to"] or (said["channel"] if mine and bot else "")
    card = said["card"]
    return Seen(
        ref=said["id"],
        channel=BOT if mine else said["channel"],
        thread=said["thread"],
        author=BOT if bot else _NAMES[said["author"]],
        parts=joined(parts(card)) if card else joined([said["text"]]),
        edited=bool(said.get("edited")),
        to=_NAMES.get(to, ""),
        pings=tuple(_pings(card)),
        raw=said,
    )


def parts(card: Data) -> Iterator[str | Control]:
    for block in card["blocks"]:
        yield from _block(block)


def _block(block: Data) -> Iterator[str | Control]:
    match block["kind"]:
        case "heading" | "text":
            yield text(block["words"])
        case "quote":
            yield from block["text"].split("\n")
        case "facts":
            yield from (f"{text(label)}: {text(value)}" for label, value in block["rows"])
        case "listing":
            yield text(block["title"] or [])
            for row in block["rows"]:
                yield text(row["words"])
                if row["control"]:
                    yield _control(row["control"])
            yield text(block["more"] or [])
        case "bars":
            for bar in block["rows"]:
                mark = f" · {text(bar['mark'])}" if bar["mark"] else ""
                yield f"{bar['count']} of {block['total']} · {text(bar['label'])}{mark}"
        case "controls":
            yield from map(_control, block["items"])
        case _:
            pass  # a divider


def _control(drawn: Data) -> Control:
    label = drawn["label"] if isinstance(drawn["label"], str) else text(drawn["label"])
    match drawn["kind"]:
        case "choice":
            options = tuple((text(each["label"]), each["intent"]) for each in drawn["options"])
            return Control(label, options=options, raw=drawn)
        case "link":
            return Control(label, url=drawn["href"] or "", raw=drawn)
        case _:
            return Control(label, drawn["intent"], raw=drawn)


def text(runs: list[Data]) -> str:
    return "".join(map(_run, runs))


def _run(run: Data) -> str:
    if "at" in run:
        return moment(When(datetime.fromisoformat(run["at"]), run["form"], ZONE))
    if run.get("ping"):
        return f"@{first_name(run['text'])}"
    return str(run["text"])


def _pings(thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        if thing.get("ping"):
            yield first_name(thing["text"])
        thing = list(thing.values())
    if isinstance(thing, list):
        for each in thing:
            yield from _pings(each)


def asked(drawn: Data) -> Asked:
    options = tuple((each["value"], each["label"]) for each in drawn["options"])
    hint = text(drawn["hint"] or [])
    return Asked(drawn["name"], drawn["label"], drawn["kind"], drawn["initial"], options, hint, drawn["optional"])
