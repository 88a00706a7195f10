"""Who may talk to the playground at all: pages of its own, on this machine unless told otherwise."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ValidationError

from adapters.playground.limits import REQUEST_BYTES
from bot.ports import Conflict, Unavailable

R = TypeVar("R", bound=BaseModel)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_SHIELD = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Refused(Exception):
    """The request is refused; `status` and `words` are the answer."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Guard:
    """Lets a request through that names a host of ours and comes from a page of ours.

    `hosts` are further names, as `name` or `name:port`, under which the playground is reached.
    """

    def __init__(self, hosts: tuple[str, ...] = ()) -> None:
        self._hosts = {each.casefold() for each in hosts}

    def __call__(self, handler: Handler) -> Handler:
        """The handler behind the guard, its refusals as JSON and the headers of a careful page on every answer."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self.check(request)
                response = await handler(request)
            except Refused as refused:
                response = web.json_response({"error": refused.words}, status=refused.status)
            except (Unavailable, Conflict):
                words = "The database does not answer. Nothing was kept here: try again in a moment."
                response = web.json_response({"error": words}, status=503)
            return shielded(request, response)

        return guarded

    def check(self, request: web.Request) -> None:
        """Raises Refused for a host that is not ours, and for a page from elsewhere."""
        if not self._ours(request.host, request):
            raise Refused(403, "This host is not one of the playground's.")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc.casefold() != request.host.casefold():
            raise Refused(403, "This request comes from another site.")
        if request.headers.get("Sec-Fetch-Site", "none") == "cross-site" and request.method != "GET":
            raise Refused(403, "This request comes from another site.")

    def _ours(self, host: str, request: web.Request) -> bool:
        name = host.casefold()
        if name in self._hosts:
            return True
        bare, _, port = name.rpartition(":") if not name.endswith("]") and ":" in name else (name, "", "80")
        return bare in self._hosts or (bare in _LOOPBACK and port == str(_listening_port(request)))


async def read(request: web.Request, kind: type[R]) -> R:
    """The JSON body, read and checked. Raises Refused with 413, 415 or 400."""
    if request.content_type != "application/json":
        raise Refused(415, "Send JSON, with the content type application/json.")
    if (request.content_length or 0) > REQUEST_BYTES:
        raise Refused(413, f"This is too long: at most {REQUEST_BYTES // 1024} KB.")
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > REQUEST_BYTES:
            raise Refused(413, f"This is too long: at most {REQUEST_BYTES // 1024} KB.")
    try:
        return kind.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(400, f"This cannot be read: {where + ': ' if where else ''}{first['msg']}.") from error


def shielded(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The response with the headers of a careful page, unless it is on its way already."""
    if response.prepared:
        return response
    response.headers.update(_SHIELD)
    response.headers.setdefault("Cache-Control", "no-store" if request.path.startswith("/api/") else "no-cache")
    return response


def _listening_port(request: web.Request) -> int:
    address = request.transport.get_extra_info("sockname") if request.transport else None
    return int(address[1]) if isinstance(address, tuple) else 80
