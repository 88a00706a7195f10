"""Reads what Slack sends, and says what of it is an event for the bot.

Shapes: docs.slack.dev/reference/events/app_mention and message.im, …/interactivity/implementing-slash-commands,
…/reference/interaction-payloads/block_actions-payload and view-interactions-payload.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from adapters.slack.escapes import read
from adapters.slack.payload import Malformed, Payload, id_of, inner, stamp_of, text_of
from bot.cleaning import clean
from bot.events import Account, Event, Place

PLATFORM = "slack"
PART = "~"  # between a field's name and the number of its part, where its text is longer than one input holds

_SAID = ("", "file_share", "thread_broadcast")  # subtypes of messages that people write
_UNNAMED = ("directmessage", "privategroup", "mpdm-")  # what stands for a channel's name where it has none to show


def event(payload: Payload, bot: str, now: datetime) -> Event | None:
    """The event in a payload, or None where it is not for the bot, whose user id is `bot`. Raises Malformed."""
    match payload.get("type"):
        case "event_callback":
            return _event(payload, bot)
        case "block_actions":
            return _action(payload)
        case "view_submission":
            return _submission(payload, now)
        case None if "command" in payload:
            return _command(payload, bot, now)
    return None


def workspace(payload: Payload) -> tuple[str, str]:
    """The workspace whose installation heard this, and the organisation it belongs to or an empty text."""
    enterprise = payload.get("enterprise")
    told = enterprise.get("id") if isinstance(enterprise, dict) else payload.get("enterprise_id")
    organisation = told if isinstance(told, str) else ""
    if payload.get("type") == "event_callback":
        return _installation(payload, "")[0], organisation
    return (id_of(payload, "team_id") if "command" in payload else _team(payload)), organisation


def address(channel: str, stamp: str) -> str:
    """A link to a message."""
    return f"https://slack.com/archives/{channel}/p{stamp.replace('.', '')}" if stamp else ""


def origin(event: Event) -> dict[str, str]:
    """Where a form was opened from, as it travels in the form: a submitted one names no channel."""
    place = event.place
    kept = {"c": place.channel, "t": place.thread or "", "n": place.name, "m": event.message, "a": event.answer}
    return {name: value for name, value in kept.items() if value}


# --- Events API


def _event(payload: Payload, bot: str) -> Event | None:
    said = inner(payload, "event")
    if said.get("type") not in ("app_mention", "message"):
        return None
    team, bot = _installation(payload, bot)
    if not _by_a_person(said, bot):
        return None
    text, channel, stamp = text_of(said, "text"), id_of(said, "channel"), stamp_of(said, "ts")
    thread = stamp_of(said, "thread_ts") if said.get("thread_ts") else None
    how = _how(said, text, bot, channel, thread)
    if how is None:
        return None
    return Event(
        key=f"{PLATFORM}:{team}:{channel}:{stamp}",
        how=how,  # type: ignore[arg-type]  # one of the literals
        at=datetime.fromtimestamp(float(stamp), UTC),
        place=_place(team, channel, thread),
        actor=Account(PLATFORM, tenant(team), id_of(said, "user")),
        text=read(text, bot),
        message=stamp,
        link=address(channel, stamp),
    )


def _by_a_person(said: Payload, bot: str) -> bool:
    """Whether somebody wrote this just now: not a bot, not an edit, not a notice of Slack's."""
    if said.get("bot_id") or said.get("bot_profile") or said.get("hidden") or said.get("edited"):
        return False
    return said.get("subtype", "") in _SAID and said.get("user") not in (None, bot, "USLACKBOT")


def _how(said: Payload, text: str, bot: str, channel: str, thread: str | None) -> str | None:
    if said.get("channel_type") == "im" or channel.startswith("D"):
        return "direct"
    if said["type"] == "app_mention" or (bot and re.search(rf"<@{re.escape(bot)}[|>]", text)):
        return "mention"
    return "reply" if thread and thread != said.get("ts") else None


def _installation(payload: Payload, bot: str) -> tuple[str, str]:
    """The workspace whose installation heard this, and the bot's user there.

    In a channel shared between workspaces `team_id` may be the other one's; `authorizations` names ours.
    """
    given = payload.get("authorizations")
    first = given[0] if isinstance(given, list) and given and isinstance(given[0], dict) else {}
    if first.get("is_bot") and isinstance(first.get("user_id"), str):
        bot = first["user_id"]
    team = first.get("team_id") or payload.get("context_team_id") or payload.get("team_id")
    return id_of({"team_id": team}, "team_id"), bot


# --- commands, controls, forms


def _command(payload: Payload, bot: str, now: datetime) -> Event:
    team, trigger = id_of(payload, "team_id"), id_of(payload, "trigger_id")
    return Event(
        key=f"{PLATFORM}:{team}:{trigger}",
        how="command",
        at=now,
        place=_place(team, id_of(payload, "channel_id"), None, text_of(payload, "channel_name")),
        actor=Account(PLATFORM, tenant(team), id_of(payload, "user_id")),
        text=read(text_of(payload, "text"), bot),
        trigger=trigger,
        answer=text_of(payload, "response_url"),
    )


def _action(payload: Payload) -> Event | None:
    """A pressed button or a chosen option; None for links, for inputs of a form, and for what is no control of ours."""
    container, team = inner(payload, "container"), _team(payload)
    pressed = payload.get("actions")
    if not isinstance(pressed, list) or not pressed or not isinstance(pressed[0], dict):
        raise Malformed("actions")
    intent = _intent(pressed[0])
    if container.get("type") != "message" or not intent:
        return None
    channel, trigger, stamp = (
        id_of(container, "channel_id"),
        id_of(payload, "trigger_id"),
        stamp_of(pressed[0], "action_ts"),
    )
    message, room = (found if isinstance(found := payload.get(name), dict) else {} for name in ("message", "channel"))
    thread = message.get("thread_ts") or container.get("thread_ts")
    return Event(
        key=f"{PLATFORM}:{team}:{trigger}:{stamp}",
        how="control",
        at=datetime.fromtimestamp(float(stamp), UTC),
        place=_place(
            team, channel, stamp_of({"thread_ts": thread}, "thread_ts") if thread else None, text_of(room, "name")
        ),
        actor=Account(PLATFORM, tenant(team), id_of(inner(payload, "user"), "id")),
        intent=intent,
        message=stamp_of(container, "message_ts"),
        link=address(channel, stamp_of(container, "message_ts")),
        trigger=trigger,
        answer=text_of(payload, "response_url"),
    )


def _intent(action: Payload) -> str:
    option = action.get("selected_option")
    value = option.get("value") if isinstance(option, dict) else action.get("value")
    return value if isinstance(value, str) and str(action.get("action_id", "")).startswith("bmm:") else ""


def _submission(payload: Payload, now: datetime) -> Event:
    """A submitted form. Sent again after field errors it has the same view and hash: the values tell them apart."""
    team, view = _team(payload), inner(payload, "view")
    packed, where = _metadata(text_of(view, "private_metadata"))
    values = _values(inner(inner(view, "state"), "values"))
    told = hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=8).hexdigest()
    channel = where.get("c", "")
    return Event(
        key=f"{PLATFORM}:{team}:{id_of(view, 'id')}:{id_of(view, 'hash')}:{told}",
        how="form",
        at=now,
        place=_place(team, channel, where.get("t"), where.get("n", "")),
        actor=Account(PLATFORM, tenant(team), id_of(inner(payload, "user"), "id")),
        intent=packed,
        values=values,
        message=where.get("m", ""),
        link=address(channel, where.get("m", "")),
        trigger=text_of(payload, "trigger_id"),
        answer=where.get("a", ""),
    )


def _metadata(text: str) -> tuple[str, dict[str, str]]:
    """The packed intent and the origin that `render.form` put into the form."""
    try:
        kept = json.loads(text)
        return str(kept["i"]), {name: str(value) for name, value in kept.items() if name != "i"}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed("private_metadata") from error


def _values(state: Payload) -> dict[str, str]:
    """What the form says, by field; the parts of a long text joined."""
    values: dict[str, str] = {}
    for block, given in state.items():
        if not isinstance(given, dict) or not given:
            raise Malformed("values")
        name = block.rpartition(PART)[0] if PART in block else block
        values[name] = values.get(name, "") + _value(next(iter(given.values())))
    return values


def _value(given: Any) -> str:
    match given:
        case {"type": "users_select", "selected_user": str(user)}:
            return f"<@{user}>"
        case {"selected_option": {"value": str(chosen)}} | {"selected_date": str(chosen)} | {"value": str(chosen)}:
            return clean(chosen)
        case dict():
            return ""
        case _:
            raise Malformed("value")


# --- pieces


def _place(team: str, channel: str, thread: str | None, name: str = "") -> Place:
    kind = "personal" if channel.startswith("D") else "channel"
    name = "" if name.startswith(_UNNAMED) else clean(name)
    return Place(PLATFORM, tenant(team), channel, thread, kind, name)  # type: ignore[arg-type]  # one of the literals


def tenant(team: str) -> str:
    return f"{PLATFORM}:{team}"


def _team(payload: Payload) -> str:
    """The workspace of an interaction; where the app is installed for an organisation, the person's."""
    for holder, name in (("view", "app_installed_team_id"), ("team", "id"), ("user", "team_id")):
        found = payload.get(holder)
        if isinstance(found, dict) and found.get(name):
            return id_of(found, name)
    raise Malformed("team")
