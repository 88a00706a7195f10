"""Slack tells that we were uninstalled, in two events whose order is not promised: both lead to the same.

See docs.slack.dev/reference/events/app_uninstalled and tokens_revoked.
"""

from datetime import UTC, datetime

from adapters.slack.reading.payload import Payload


def left(payload: Payload) -> tuple[str, str, datetime] | None:
    """Workspace, organisation (either may be empty) and time of an uninstall, or None for any other payload."""
    said = payload.get("event")
    if payload.get("type") != "event_callback" or not isinstance(said, dict) or not _ends(said):
        return None
    team, enterprise = _id(payload.get("team_id")), _id(payload.get("enterprise_id"))
    stamp = payload.get("event_time")
    at = datetime.max.replace(tzinfo=UTC)
    if isinstance(stamp, int) and 0 < stamp < 1 << 33:
        at = datetime.fromtimestamp(stamp, UTC)
    return ("", team, at) if team.startswith("E") else (team, enterprise, at)


def _ends(said: Payload) -> bool:
    if said.get("type") == "app_uninstalled":
        return True
    tokens = said.get("tokens")
    return said.get("type") == "tokens_revoked" and isinstance(tokens, dict) and bool(tokens.get("bot"))


def _id(given: object) -> str:
    return given if isinstance(given, str) else ""
