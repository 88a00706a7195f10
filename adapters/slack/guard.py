"""Who may speak as Slack: size, header syntax and signature are checked over the raw bytes before anything is parsed.

See docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from adapters import bodies
from adapters.slack.limits import CLOCK_SECONDS, FORM_BYTES, REQUEST_BYTES

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_PATIENCE = 10.0  # seconds for a body to arrive: Slack itself waits for an answer no longer than three
_REMEMBERED = 100_000  # signatures; what is pushed out early is still known to the inbox by its key


class Refused(Exception):
    """The request is refused with `status`; `reason` is for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


class Guard:
    """Lets through what Slack signed with `secret` within five minutes, each signature once. `now` is in Unix seconds.

    A signature is good for one request: Slack signs a redelivery anew, so the same one again is a replay by somebody
    else and gets the 401 of any other credential that is not valid. An event that says to be a redelivery passes, since
    Slack may send one within the same second, signed alike. The header that says so is not signed, so for five minutes
    whoever has captured an event may send it again. That is harmless: byte for byte the same, it is known to the inbox
    by its key, an uninstall by its time, and nothing else in JSON changes what is kept. Commands, clicks and forms are
    no JSON, whatever their header is made to say.
    """

    def __init__(self, secret: str, now: Callable[[], float], patience: float = _PATIENCE) -> None:
        if not secret:
            raise ValueError("Slack's signing secret is empty: requests could not be told from forged ones")
        self._key = secret.encode()
        self._now = now
        self._patience = patience
        self._seen: OrderedDict[str, float] = OrderedDict()  # signature: when its timestamp is too old

    async def read(self, request: web.Request) -> bytes:
        """The raw body of a genuine request. Raises Refused with 400, 401, 413 or 415."""
        self.look(request.headers.getall("X-Slack-Signature", []), request.headers.getall(_STAMP, []))
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise Refused(415, "compressed")  # Slack signs what it sends, and sends nothing compressed
        is_json = request.content_type == "application/json"
        body = await self._body(request, REQUEST_BYTES if is_json else FORM_BYTES)
        redelivered = is_json and request.headers.get("X-Slack-Retry-Num", "0").strip("0") != ""  # 0 is the first time
        self.verify(request.headers["X-Slack-Signature"], request.headers[_STAMP], body, redelivered)
        return body

    async def _body(self, request: web.Request, most: int) -> bytes:
        """Up to `most` bytes. Raises Refused for more, and for a body that does not arrive."""
        try:
            return await bodies.read(request, most, self._patience)
        except bodies.TooLarge:
            raise Refused(413, "too large") from None
        except bodies.NotWhole as error:
            raise Refused(400, "no whole body") from error

    def look(self, signatures: list[str], stamps: list[str]) -> None:
        """Refuse headers that cannot be right, before the body is read. Raises Refused."""
        if len(signatures) != 1 or len(stamps) != 1:
            raise Refused(401, "not signed")
        if not _SIGNATURE.fullmatch(signatures[0]) or not _TIMESTAMP.fullmatch(stamps[0]):
            raise Refused(401, "malformed signature")
        if abs(self._now() - int(stamps[0])) > CLOCK_SECONDS:
            raise Refused(401, "stale signature")

    def verify(self, signature: str, stamp: str, body: bytes, redelivered: bool = False) -> None:
        """Raises Refused where the body was not signed by us both, or this very request came before."""
        expected = "v0=" + hmac.new(self._key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, signature):
            raise Refused(401, "wrong signature")
        self._forget_old()
        if signature in self._seen and not redelivered:
            raise Refused(401, "replayed")
        self._seen[signature] = int(stamp) + CLOCK_SECONDS

    def forget(self, signature: str) -> None:
        """Let the same request come again, because nothing of it was kept."""
        self._seen.pop(signature, None)

    def _forget_old(self) -> None:
        """Signatures live at most ten minutes: from five before to five after their timestamp."""
        now = self._now()
        while self._seen and (len(self._seen) > _REMEMBERED or next(iter(self._seen.values())) + CLOCK_SECONDS < now):
            self._seen.popitem(last=False)


_STAMP = "X-Slack-Request-Timestamp"
