"""The body of a request, no larger and no slower than it may be; nothing of it is believed yet."""

import asyncio

from aiohttp import web


class TooLarge(Exception):
    """There is more of it than is taken."""


class NotWhole(Exception):
    """It did not arrive, or broke off."""


async def read(request: web.Request, most: int, patience: float) -> bytes:
    """Up to `most` bytes that arrive within `patience` seconds. Raises TooLarge, NotWhole."""
    if (request.content_length or 0) > most:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(patience):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise TooLarge
    except (web.RequestPayloadError, ConnectionError, TimeoutError) as error:
        raise NotWhole from error
    return bytes(body)
