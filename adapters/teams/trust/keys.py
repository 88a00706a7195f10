"""The keys with which Microsoft signs what it sends: its OpenID metadata, and the key set that this names.

See learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication, "Connector to Bot".
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt

from adapters.teams.trust.bounded import safe, told

log = logging.getLogger("bmm.teams")

ALGORITHM = "RS256"

_PATIENCE = 5.0  # seconds for metadata and key set together
_MOST = 1024 * 1024  # bytes of each: the Bot Connector's key set, with certificates, is the largest
_OLD = 24 * 3600.0  # seconds after which keys are asked for again
_REST = 300.0  # seconds between refreshes that strangers can bring about by naming a key that is not there
_AGAIN = 10.0  # seconds after one that failed
_BITS = 2048  # RFC 7518, section 3.3

Session = Callable[[], aiohttp.ClientSession]  # the pooled session, opened at the first call


class KeysAway(Exception):
    """The keys cannot be had now, so that nobody's token can be judged: neither wrong nor right."""


@dataclass(frozen=True)
class Key:
    """A public key, and the channels that it may speak for. Keys are equal when their numbers are."""

    id: str
    numbers: tuple[str, str]
    endorsements: frozenset[str]
    jwk: jwt.PyJWK = field(compare=False, repr=False)


@dataclass(frozen=True)
class _Known:
    issuer: str
    keys: Mapping[str, Key]
    at: float


class Keys:
    """The keys that the metadata at `url` leads to, asked for when they are needed. `now` is in Unix seconds.

    One refresh runs at a time, and whoever comes meanwhile shares its outcome. Where one fails, the old keys serve on.
    """

    def __init__(self, url: str, session: Session, now: Callable[[], float], patience: float = _PATIENCE) -> None:
        self._url = safe(url)
        self._session = session
        self._now = now
        self._patience = patience
        self._known: _Known | None = None
        self._lock = asyncio.Lock()
        self._next = 0.0  # when the next refresh may start
        self._failed = False  # the last one

    @property
    def issuer(self) -> str:
        """Who signs, as the metadata says; empty before the first key was found."""
        return self._known.issuer if self._known else ""

    async def find(self, id: str) -> Key | None:
        """The key with this id, None where there is none. Raises KeysAway where that cannot be said."""
        known = self._known
        if known and id in known.keys and (known.at + _OLD > self._now() or self._lock.locked()):
            return known.keys[id]
        await self._refresh()
        if self._known is None:
            raise KeysAway("no keys yet")
        found = self._known.keys.get(id)
        if found is None and self._failed:
            raise KeysAway("this key may be a new one, and the key set cannot be had")
        return found

    async def _refresh(self) -> None:
        """Ask, unless somebody just did."""
        async with self._lock:
            if 0 < self._next - self._now() <= _REST:  # unless the clock was set back
                return
            try:
                async with asyncio.timeout(self._patience):
                    self._known = await self._fetched()
                self._failed = False
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                self._failed = True
                log.warning("the keys of Teams could not be had", extra={"error": repr(error)})
            self._next = self._now() + (_AGAIN if self._failed else _REST)

    async def _fetched(self) -> _Known:
        metadata = await self._get(self._url)
        issuer, where = metadata.get("issuer"), metadata.get("jwks_uri")
        if not (isinstance(issuer, str) and issuer and isinstance(where, str)):
            raise ValueError("the metadata names no issuer or no keys")
        listed = (await self._get(safe(where))).get("keys")
        keys = list(filter(None, map(_key, listed))) if isinstance(listed, list) else []
        if not keys:
            raise ValueError("the key set is empty")
        return _Known(issuer, {key.id: key for key in keys}, self._now())

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._session().get(url, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError(f"HTTP {response.status}")
            return await told(response, _MOST)


def _key(jwk: object) -> Key | None:
    """What stands in a key set, or None where it is not for verifying RS256."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig":
        return None
    id, endorsements = jwk.get("kid"), jwk.get("endorsements") or []
    if not (isinstance(id, str) and id and isinstance(endorsements, list)):
        return None
    try:
        public = jwt.PyJWK({"kty": "RSA", "n": jwk["n"], "e": jwk["e"]}, ALGORITHM)
    except (jwt.PyJWTError, KeyError, TypeError, ValueError):
        return None
    if public.key.key_size < _BITS:
        return None
    return Key(id, (jwk["n"], jwk["e"]), frozenset(each for each in endorsements if isinstance(each, str)), public)
