"""What bmm is measured against: (a) a bare server that verifies and parses, (b) the bot as one would first write it,
and Bolt alone, which verifies, parses, finds the listener and acknowledges.

python -m tests.bench.references bare|naive|bolt|bolt-before PORT API FILE
"""

import asyncio
import hashlib
import hmac
import json
import re
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.bench.signed import SECRET, TOKEN


class Ask(SQLModel, table=True):
    """One item of the naive bot."""

    __tablename__: ClassVar[str] = "asks"
    id: str = Field(primary_key=True)
    team: str
    channel: str
    user: str
    text: str
    at: datetime


def bare() -> web.Application:
    """(a): the signature, the age, the fields."""

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        stamp = request.headers["X-Slack-Request-Timestamp"]
        expected = "v0=" + hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        right = hmac.compare_digest(expected, request.headers["X-Slack-Signature"])
        if not right or abs(time.time() - int(stamp)) > 300:
            return web.Response(status=401)
        return web.Response(status=200 if _known(request.content_type, body) else 400)

    return _application(receive)


def _known(form: str, body: bytes) -> bool:
    if form == "application/json":
        return bool(json.loads(body)["event"]["type"] == "app_mention")
    fields = dict(parse_qsl(body.decode()))
    if "payload" in fields:
        return json.loads(fields["payload"])["type"] in ("block_actions", "view_submission")
    return fields["command"] == "/bmm"


def bolt(api: str, *, before: bool) -> web.Application:
    """Bolt alone: one listener a kind, which does nothing but acknowledge, `before` or after its response is made."""
    client = AsyncWebClient(TOKEN, base_url=f"{api}/api/")
    app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=before)

    async def heard() -> None: ...

    async def done(ack: Any) -> None:
        await ack()

    app.event("app_mention")(heard)
    app.command("/bmm")(done)
    app.action(re.compile(""))(done)
    app.view(re.compile(""))(done)
    return _application(_through(app))


def naive(api: str, file: str) -> web.Application:
    """(b): Bolt, one row committed, one message posted, then the acknowledgement; the files in WAL and NORMAL."""
    engine = _engine(file)
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    client = AsyncWebClient(TOKEN, base_url=f"{api}/api/")
    own = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)

    @own.command("/bmm")
    async def add(ack: Any, command: dict[str, str], client: AsyncWebClient) -> None:
        text = command["text"].removeprefix("add ")
        row = Ask(
            id=uuid.uuid4().hex,
            team=command["team_id"],
            channel=command["channel_id"],
            user=command["user_id"],
            text=text,
            at=datetime.now(UTC),
        )
        async with sessions() as session:
            session.add(row)
            await session.commit()
        await client.chat_postMessage(channel=command["channel_id"], text=f"Logged: {text}")
        await ack()

    async def life(_app: web.Application) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.tables["asks"].create)
        async with aiohttp.ClientSession() as client.session:
            yield
        await engine.dispose()

    app = _application(_through(own))
    app.cleanup_ctx.append(life)
    return app


def _through(app: AsyncApp) -> Any:
    async def receive(request: web.Request) -> web.Response:
        answer: web.Response = await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))
        return answer

    return receive


def _engine(file: str) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=NORMAL")

    return engine


def _application(receive: Any) -> web.Application:
    async def ready(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/slack/events", receive), web.get("/readyz", ready)])
    return app


def main(kind: str, port: str, api: str, file: str) -> None:
    """Serve one of them until SIGTERM."""
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    made: dict[str, Callable[[], web.Application]] = {
        "bare": bare,
        "naive": lambda: naive(api, file),
        "bolt": lambda: bolt(api, before=False),
        "bolt-before": lambda: bolt(api, before=True),
    }
    app = made[kind]()
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None, loop=loop)


if __name__ == "__main__":
    main(*sys.argv[1:])
