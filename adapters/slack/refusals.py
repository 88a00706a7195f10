"""What Slack's refusals mean for the core. Codes and their meanings: the errors each method's page lists."""

from collections.abc import Mapping
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.ports import Invalid, PlaceGone, PostGone, SendError, TenantGone, Throttled, Unsure

Doing = Literal["post", "edit", "look"]

_AGAIN = 2.0  # seconds before what was surely not done is tried again

_PLACE = (
    "channel_not_found not_in_channel is_archived is_inactive user_not_in_channel messages_tab_disabled "
    "channel_is_limited_access posting_to_channel_denied restricted_action restricted_action_read_only_channel "
    "restricted_action_thread_only_channel restricted_action_non_threadable_channel user_disabled not_enabled "
    "cannot_find_channel"
)
_TENANT = (
    "token_revoked token_expired account_inactive invalid_auth not_authed no_permission missing_scope "
    "not_allowed_token_type access_denied org_login_required ekm_access_denied app_access_restricted "
    "team_access_not_granted team_not_found"
)
_POST = (
    "message_not_found cant_update_message edit_window_closed update_failed thread_not_found not_found "
    "cannot_find_message cannot_unfurl_message"
)
_REST = ("ratelimited", "rate_limited")
_SLOW = " ".join(_REST) + " message_limit_exceeded"
_NOT_DONE = "service_unavailable request_timeout external_channel_migrating team_added_to_org hash_conflict"
_UNKNOWN = "internal_error fatal_error"  # "some aspect of the operation may have succeeded before the error was raised"

KINDS: dict[str, type[SendError]] = {
    **dict.fromkeys(_PLACE.split(), PlaceGone),
    **dict.fromkeys(_TENANT.split(), TenantGone),
    **dict.fromkeys(_POST.split(), PostGone),
    **dict.fromkeys((_SLOW + " " + _NOT_DONE).split(), Throttled),
    **dict.fromkeys(_UNKNOWN.split(), Unsure),
}


def meaning(error: Exception, doing: Doing) -> SendError:
    """The core's word for a failed call. What may have been done is `Unsure` for a post, and tried again otherwise."""
    if isinstance(error, SlackApiError):
        status, code = _told(error)
        if status == 429:
            return Throttled(_pause(error.response.headers))
        kind = Unsure if status >= 500 else KINDS.get(code, Invalid)
        refusal = Throttled(_AGAIN) if kind is Throttled else kind(code or f"HTTP {status}")
    elif isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Throttled(_AGAIN)  # nothing was sent
    elif isinstance(error, aiohttp.ClientError | OSError | AttributeError):  # slack_sdk takes any answer for an object
        refusal = Unsure(repr(error))
    else:
        raise error
    return Throttled(_AGAIN) if isinstance(refusal, Unsure) and doing != "post" else refusal


def is_rest(error: Exception) -> bool:
    """Whether Slack, or what stands before it, asks for a rest: by a 429, whatever it carries, or in words."""
    return isinstance(error, SlackApiError) and (_told(error)[0] == 429 or code(error) in _REST)


def code(error: BaseException | None) -> str:
    """Slack's own word for a refusal, or an empty text."""
    return _told(error)[1] if isinstance(error, SlackApiError) else ""


def _told(error: SlackApiError) -> tuple[int, str]:
    """Status and code; where the answer was no JSON slack_sdk hands over aiohttp's response or a text."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 500
    data = getattr(response, "data", None)
    told = data.get("error") if isinstance(data, Mapping) else None
    if told is None and status == 200:
        return 500, ""  # an answer that cannot be read says nothing of what was done
    return int(status), told if isinstance(told, str) else ""


def _pause(headers: Mapping[str, str]) -> float:
    told = headers.get("Retry-After", "")
    return max(float(told), 1.0) if told.isdecimal() else 30.0
