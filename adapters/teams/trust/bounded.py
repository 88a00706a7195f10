"""What another server answers, read no further than is wanted, and the addresses that may be asked for secrets."""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

import aiohttp


def safe(address: str) -> str:
    """The address of a server that secrets and keys come from: https, or http on this machine. Raises ValueError."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None or parts.port == 0:
        raise ValueError("this is no address, such as https://login.microsoftonline.com")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError(f"{parts.hostname}: keys and secrets need https://")
    return address


def is_loopback(host: str) -> bool:
    """Whether this name or IP address, without brackets, is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def told(response: aiohttp.ClientResponse, most: int) -> dict[str, Any]:
    """The JSON object in a response of at most `most` bytes. Raises ValueError, aiohttp.ClientError, TimeoutError."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            raise ValueError("the answer is too long")
    try:
        found = json.loads(body.decode())
    except RecursionError as error:
        raise ValueError("the answer is too deep") from error
    if not isinstance(found, dict):
        raise ValueError("the answer is no object")
    return found
