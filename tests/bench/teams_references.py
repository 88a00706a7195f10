"""What Teams' path is measured against: echoes that post one reply a turn, and verify nothing.

`bare` is aiohttp alone; `stock` is botbuilder-core behind an endpoint of our own, because its own does not answer
invokes; `mended` is the same with the two mends that take most of its cost away. Each waits for its post, then answers.

python -m tests.bench.teams_references bare|stock|mended PORT
"""

import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity, ResourceResponse
from botframework.connector.auth import BotFrameworkAuthenticationFactory  # type: ignore[import-untyped]
from msrest.universal_http.requests import ClientRetryPolicy

from tests.bench.teams_signed import PATH

_CLIENT = web.AppKey("client", aiohttp.ClientSession)


def bare() -> web.Application:
    """The activity parsed, a reply posted over a pooled session."""

    async def receive(request: web.Request) -> web.Response:
        told = await request.json()
        if told["type"] != "message":
            return web.Response()
        reply = {
            "type": "message",
            "text": f"Echo: {told['text']}",
            "from": told["recipient"],
            "recipient": told["from"],
            "conversation": told["conversation"],
            "replyToId": told["id"],
        }
        url = _address(told["serviceUrl"], told["conversation"]["id"], told["id"])
        async with request.app[_CLIENT].post(url, json=reply) as response:
            await response.json()
        return web.Response()

    return _application(receive)


class Stock(CloudAdapterBase):  # type: ignore[misc]  # botbuilder has no types
    """botbuilder's adapter as it comes."""

    def __init__(self) -> None:
        super().__init__(BotFrameworkAuthenticationFactory.create())

    async def receive(self, request: web.Request) -> web.Response:
        """One turn."""
        activity = Activity().deserialize(await request.json())
        proven = await self.bot_framework_authentication.authenticate_request(activity, "")
        await self.process_activity(self.prepared(proven), activity, _echo)
        return web.Response()

    def prepared(self, proven: Any) -> Any:
        """What botbuilder has made of the token."""
        return proven


class Mended(Stock):
    """Retry codes looked up in a set, one connector for all turns, and posts over a pooled session."""

    def __init__(self) -> None:
        super().__init__()
        ClientRetryPolicy.safe_codes = frozenset(ClientRetryPolicy.safe_codes)  # type: ignore[assignment]
        self.client: aiohttp.ClientSession | None = None
        self._factory: _Once | None = None

    def prepared(self, proven: Any) -> Any:
        """With the one connector."""
        self._factory = self._factory or _Once(proven.connector_factory)
        proven.connector_factory = self._factory
        return proven

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Over aiohttp."""
        assert self.client is not None
        sent = []
        for each in activities:
            url = _address(each.service_url, each.conversation.id, each.reply_to_id)
            async with self.client.post(url, json=each.serialize()) as response:
                sent.append(ResourceResponse(id=(await response.json())["id"]))
        return sent


class _Once:
    """A connector made once."""

    def __init__(self, factory: Any) -> None:
        self._factory = factory
        self._made: Any = None

    async def create(self, service_url: str, audience: str) -> Any:
        self._made = self._made or await self._factory.create(service_url, audience)
        return self._made


async def _echo(turn: TurnContext) -> None:
    if turn.activity.type == "message":
        await turn.send_activity(f"Echo: {turn.activity.text}")


def _address(service: str, conversation: str, message: str) -> str:
    return f"{service}/v3/conversations/{quote(conversation, safe='')}/activities/{message}"


def _application(receive: Any, adapter: Mended | None = None) -> web.Application:
    async def ready(_request: web.Request) -> web.Response:
        return web.Response()

    async def life(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as app[_CLIENT]:
            if adapter:
                adapter.client = app[_CLIENT]
            yield

    app = web.Application()
    app.add_routes([web.post(PATH, receive), web.get("/readyz", ready)])
    app.cleanup_ctx.append(life)
    return app


def main(kind: str, port: str) -> None:
    """Serve one of them until SIGTERM."""
    if kind == "bare":
        app = bare()
    else:
        adapter = Stock() if kind == "stock" else Mended()
        app = _application(adapter.receive, adapter if isinstance(adapter, Mended) else None)
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
