"""Bearer tokens that Microsoft signed: for the Bot Connector that calls us, and for people in a tab of ours."""

import math
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from adapters.teams.trust.keys import ALGORITHM, Key, Keys

LEEWAY = 300.0  # seconds: "industry-standard clock-skew is 5 minutes", says the Bot Connector's documentation

_SHAPE = re.compile(r"[\w-]{1,4096}\.[\w-]{1,16384}\.[\w-]{1,2048}", re.ASCII)
_REMEMBERED = 1_000  # tokens: the Bot Connector uses one for as long as it is good
_OPTIONS: dict[str, Any] = {
    "require": ["exp", "iss", "aud"],
    "verify_exp": False,  # times are looked at here, by the clock that is given
    "verify_nbf": False,
    "verify_iat": False,
    "enforce_minimum_key_length": True,
}


class Refused(Exception):
    """The request is refused with `status`; `reason` is for the log, and carries nothing that was sent."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Claims:
    """What a genuine token says. `expires` is in Unix seconds; `endorsements` are the channels of the key's."""

    values: Mapping[str, Any]
    expires: float
    endorsements: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """A claim, empty where it is not there or no text."""
        found = self.values.get(name)
        return found if isinstance(found, str) else ""


class Tokens:
    """Verifies tokens that were given for one of `audiences`. `now` is in Unix seconds.

    They must be issued by whom the keys' metadata names, or by one of `issuers` whose keys are the same: Entra's tokens
    of version 1 say `https://sts.windows.net/<tenant>/`. An audience may be `hosted`: Entra then also calls an app by
    the host of its pages, `api://bmm.example.com/<app id>`.
    """

    def __init__(
        self,
        keys: Keys,
        audiences: Collection[str],
        now: Callable[[], float],
        issuers: Collection[str] = (),
        *,
        hosted: bool = False,
    ) -> None:
        if not audiences or not all(audiences):
            raise ValueError("there is no app id: tokens that were given for others could not be told from ours")
        self._keys = keys
        self._audiences = list(audiences)
        self._issuers = list(issuers)
        ids = "|".join(map(re.escape, audiences))
        self._hosted = re.compile(rf"api://(?:[\w.:-]+/)?(?:{ids})", re.ASCII | re.IGNORECASE) if hosted else None
        self._now = now
        self._verified: OrderedDict[str, tuple[Key, Claims]] = OrderedDict()  # the last ones, by their very text

    async def verify(self, bearer: str) -> Claims:
        """What the token says. Raises Refused with 401, KeysAway."""
        remembered = self._verified.get(bearer)
        id = remembered[0].id if remembered else key_id(bearer)
        key = await self._keys.find(id)
        if key is None:
            raise Refused(401, "unknown key")
        known = remembered is not None and remembered[0] == key  # or was the key replaced meanwhile?
        claims = remembered[1] if remembered and known else self._decoded(bearer, key)
        self._in_time(claims)
        self._remember(bearer, key, claims)
        return claims

    def _decoded(self, bearer: str, key: Key) -> Claims:
        try:
            values = jwt.decode(
                bearer,
                key.jwk,
                algorithms=[ALGORITHM],
                options=_OPTIONS,  # type: ignore[arg-type]  # a TypedDict, of which these are some
                audience=[*self._audiences, *self._named(bearer)],
                issuer=[self._keys.issuer, *self._issuers],
            )
        except jwt.InvalidSignatureError:
            raise Refused(401, "wrong signature") from None
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Refused(401, f"not for us: {type(error).__name__}") from None  # its text may quote the token
        if not isinstance(values.get("aud"), str):
            raise Refused(401, "for several audiences")
        return Claims(values, _instant(values, "exp"), key.endorsements)

    def _named(self, bearer: str) -> list[str]:
        """What the token calls us, where that is one of our names; the signature is verified with it."""
        if self._hosted is None:
            return []
        told = jwt.decode(bearer, options={"verify_signature": False}).get("aud")
        return [told] if isinstance(told, str) and self._hosted.fullmatch(told) else []

    def _in_time(self, claims: Claims) -> None:
        now = self._now()
        if claims.expires + LEEWAY <= now:
            raise Refused(401, "expired")
        if "nbf" in claims.values and _instant(claims.values, "nbf") - LEEWAY > now:
            raise Refused(401, "not yet good")

    def _remember(self, bearer: str, key: Key, claims: Claims) -> None:
        self._verified[bearer] = (key, claims)
        self._verified.move_to_end(bearer)
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)


def bearer_of(headers: Collection[str]) -> str:
    """The token in the only Authorization header. Raises Refused with 401."""
    if len(headers) != 1:
        raise Refused(401, "no token" if not headers else "several tokens")
    scheme, _, token = next(iter(headers)).partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(401, "no bearer token")
    if not _SHAPE.fullmatch(token):
        raise Refused(401, "malformed token")
    return token


def key_id(bearer: str) -> str:
    """The id of the key that a token claims to be signed with, by RS256 and nothing else. Raises Refused with 401."""
    try:
        header = jwt.get_unverified_header(bearer)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise Refused(401, "malformed token") from None
    if header.get("alg") != ALGORITHM:
        raise Refused(401, "wrong algorithm")
    id = header.get("kid")
    if not isinstance(id, str) or not id:
        raise Refused(401, "no key named")
    return id


def _instant(values: Mapping[str, Any], name: str) -> float:
    """A time in Unix seconds. Raises Refused with 401."""
    found = values.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise Refused(401, f"malformed {name}")
    return float(found)
