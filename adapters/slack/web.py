"""Calls of Slack's Web API: one session for all, each call made once, and rests that Slack asks for are kept."""

import time
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.refusals import Doing, code, is_rest, meaning
from adapters.slack.rendering.runs import Data
from bot.ports import CannotLook, TenantGone, Throttled

SLACK = "https://slack.com/api/"
_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
_FORMS = ("conversations.history", "conversations.info", "conversations.replies", "users.info")  # these take no JSON


class Web:
    """Slack's Web API at one base. Whether a failed call is made again is the core's decision.

    `now` counts seconds, by default those of the machine.
    """

    def __init__(self, base_url: str = SLACK, now: Callable[[], float] = time.monotonic) -> None:
        self.client = AsyncWebClient(base_url=base_url.rstrip("/") + "/", retry_handlers=[])
        self._now = now
        self._resting: dict[tuple[str, str], float] = {}  # by whose they are and method, until when

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session of all calls, opened at the first of them."""
        if self.client.session is None or self.client.session.closed:
            self.client.session = aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        return self.client.session

    async def close(self) -> None:
        """Let go of the connections."""
        if self.client.session is not None:
            await self.client.session.close()

    async def call(self, token: str, method: str, doing: Doing, what: Data, whose: str = "") -> Data:
        """One call, made once. Raises SendError; Throttled while the method rests, without asking Slack again.

        `whose` is the workspace or organisation that rests, and stays when its token is renewed.
        """
        now, rested = self._now(), (whose or token, method)
        resting = self._resting.get(rested, now)
        if resting > now:
            raise Throttled(resting - now)
        try:
            _ = self.session
            given: dict[str, Any] = {"params": what} if method in _FORMS else {"json": what}
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            response = await self.client.api_call(method, headers=headers, **given)
        except (SlackApiError, aiohttp.ClientError, OSError, AttributeError) as error:
            refusal = meaning(error, doing)
            if isinstance(refusal, Throttled) and is_rest(error):
                self._resting[rested] = now + refusal.after
            if isinstance(refusal, TenantGone) and code(error) == "missing_scope" and "conversations." in method:
                raise CannotLook("missing_scope") from error
            raise refusal from error
        data: Data = response.data  # type: ignore[assignment]  # an object, or slack_sdk would have stumbled
        return data
