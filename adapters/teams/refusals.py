"""What the Bot Connector's refusals mean for the core.

Statuses and codes: learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability (status codes) and
…/bots/how-to/rate-limit. Only a 429 says for sure that nothing was posted.
"""

from collections.abc import Mapping
from typing import Any, Literal

import aiohttp

from bot.ports import Invalid, PlaceGone, PostGone, SendError, TenantGone, Throttled, Unsure

Doing = Literal["post", "edit", "look"]

_AGAIN = 2.0  # seconds before what was surely not done is tried again
_REST = 30.0  # seconds where Teams asks for a rest and does not say how long
_LONGEST = 600.0
_POST = ("ActivityNotFoundInConversation", "MessageNotFound", "ActivityNotFound")
UNSUPPORTED = ("405", "NotSupported", "NotImplemented", "FeatureNotEnabled")  # what is refused to everybody there
_TENANT = ("BotDisabledByAdmin", "InvalidBotApiHost", "AppNotAllowed", "Unauthorized")


class Refusal(SendError):
    """What the Bot Connector answered instead: a status, its own code, and the headers."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str]) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.headers = headers


def meaning(error: Exception, doing: Doing) -> SendError:
    """The core's word for a failed call. What may have been done is `Unsure` for a post, and tried again otherwise."""
    match error:
        case Refusal():
            found = _refused(error, doing)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Throttled(_AGAIN)  # nothing was sent
        case SendError():
            return error
        case aiohttp.ClientError() | OSError() | ValueError():  # TimeoutError is an OSError
            found = Unsure(repr(error))
        case _:
            raise error
    return Throttled(_AGAIN) if isinstance(found, Unsure) and doing != "post" else found


def code_of(answer: Any) -> str:
    """The code in the body of a refusal, or an empty text."""
    told = answer.get("error") if isinstance(answer, dict) else None
    code = told.get("code") if isinstance(told, dict) else None
    return code if isinstance(code, str) else ""


def _refused(refusal: Refusal, doing: Doing) -> SendError:
    told = f"{refusal.status} {refusal.code}".strip()
    match refusal.status:
        case 429:
            return Throttled(_pause(refusal.headers))
        case 401:
            return TenantGone(told)
        case 403:
            return (TenantGone if refusal.code in _TENANT else PlaceGone)(told)
        case 404:
            return (PostGone if doing == "edit" and refusal.code != "ConversationNotFound" else PlaceGone)(told)
        case 410:
            return PostGone(told) if doing == "edit" else PlaceGone(told)
        case 408 | 412:
            return Unsure(told)
        case status if 400 <= status < 500:
            return PostGone(told) if refusal.code in _POST else Invalid(told)
        case _:
            return Unsure(told)


def _pause(headers: Mapping[str, str]) -> float:
    told = headers.get("Retry-After", "")
    return min(max(float(told), 1.0), _LONGEST) if told.isdecimal() else _REST
