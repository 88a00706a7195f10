"""What operators and their machines ask over HTTP: alive, ready, and the metrics."""

import hmac
import ipaddress
from collections.abc import Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.courier import Courier
from bot.ledger import Received, Taken
from bot.ports import Database, Store, Unavailable


def routes(
    database: Database, courier: Courier, platforms: Mapping[str, Callable[[], bool]], token: str
) -> list[web.RouteDef]:
    """`/healthz`, `/readyz` and `/metrics`; the last for this machine, or for who holds `token`.

    `platforms` says of each whether it can be used.
    """

    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(_request: web.Request) -> web.Response:
        parts = {"database": await _answers(database), "courier": courier.works()}
        parts |= {name: works() for name, works in platforms.items()}
        return web.json_response({"ready": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)

    async def metrics(request: web.Request) -> web.Response:
        if not _may(request, token):
            raise web.HTTPForbidden(text="metrics are for this machine, or for who sends the token\n")
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", metrics)]


async def _answers(database: Database) -> bool:
    def look(store: Store) -> bool:
        store.count(Received, {"state": Taken.NEW}, 1)
        return True

    try:
        return await database.read(look, None)
    except Unavailable:
        return False


def _may(request: web.Request, token: str) -> bool:
    """From this machine itself and not through a proxy, or with the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(errors="replace"), token.encode()):
        return True
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    try:
        return not forwarded and ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
