"""Reads what people do with the bot on Slack: typed commands, controls, shortcuts, submitted forms.

Shapes: docs.slack.dev/interactivity/implementing-slash-commands and, in docs.slack.dev/reference/interaction-payloads,
block_actions-payload, shortcuts-interaction-payload and view-interactions-payload.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from adapters.slack.escapes import read
from adapters.slack.reading.payload import Malformed, Payload, id_of, inner, stamp_of, text_of
from adapters.slack.reading.places import PLATFORM, address, metadata, place, returned, tenant
from adapters.slack.reading.teams import Here, is_outside, is_unproven
from adapters.slack.reading.words import quoted, thread_of
from bot.cleaning import clean
from bot.events import Account, Event

PART = "~"  # between a field's name and the number of its part, where its text is longer than one input holds

_IN_MESSAGES = ("message", "message_attachment")  # an unfurled link is an attachment


def command(payload: Payload, here: Here, now: datetime) -> Event:
    """A typed command. Raises Malformed."""
    trigger = id_of(payload, "trigger_id")
    return Event(
        key=f"{PLATFORM}:{here.team}:{trigger}",
        how="command",
        at=now,
        place=place(here.team, id_of(payload, "channel_id"), None, text_of(payload, "channel_name")),
        actor=Account(PLATFORM, tenant(here.team), id_of(payload, "user_id")),
        text=read(text_of(payload, "text"), here.bot),
        trigger=trigger,
        answer=text_of(payload, "response_url"),
    )


# --- controls


def action(payload: Payload, here: Here) -> Event | None:
    """A pressed button or a chosen option; None for links, for inputs of a form, and for what is no control of ours.

    Raises Malformed.
    """
    pressed = payload.get("actions")
    if not isinstance(pressed, list) or not pressed or not isinstance(pressed[0], dict):
        raise Malformed("actions")
    container, intent = inner(payload, "container"), _intent(pressed[0])
    if not intent:
        return None
    if container.get("type") == "view":
        where = _in_view(payload, inner(payload, "view"), here)
    elif container.get("type") in _IN_MESSAGES:
        where = _in_message(payload, container, here)
    else:
        return None
    trigger, stamp = id_of(payload, "trigger_id"), stamp_of(pressed[0], "action_ts")
    return Event(
        key=f"{PLATFORM}:{here.team}:{trigger}:{stamp}",
        how="control",
        at=datetime.fromtimestamp(float(stamp), UTC),
        intent=intent,
        trigger=trigger,
        **_person(payload, here),
        **where,
    )


def _in_message(payload: Payload, container: Payload, here: Here) -> dict[str, Any]:
    channel, stamp = id_of(container, "channel_id"), stamp_of(container, "message_ts")
    message, room = _object(payload, "message"), _object(payload, "channel")
    thread = thread_of({"ts": stamp, "thread_ts": message.get("thread_ts") or container.get("thread_ts")})
    return {
        "place": place(here.team, channel, thread, text_of(room, "name")),
        "message": stamp,
        "link": address(channel, stamp),
        "answer": text_of(payload, "response_url"),
    }


def _in_view(payload: Payload, view: Payload, here: Here) -> dict[str, Any]:
    """A control of somebody's home, or of a modal, whose answer goes into it."""
    user, kept = id_of(inner(payload, "user"), "id"), metadata(view)
    if view.get("type") == "home":
        return {"place": place(here.team, user, kind="home")}
    at, message = returned(here.team, kept, user), kept.get("m", "")
    return {
        "place": at,
        "message": message,
        "link": address(at.channel, message),
        "answer": f"view:{id_of(view, 'id')}",
    }


def _intent(pressed: Payload) -> str:
    option = pressed.get("selected_option")
    value = option.get("value") if isinstance(option, dict) else pressed.get("value")
    return value if isinstance(value, str) and str(pressed.get("action_id", "")).startswith("bmm:") else ""


# --- shortcuts


def shortcut(payload: Payload, here: Here, now: datetime) -> Event:
    """A shortcut from the menu of a message, or from anywhere. Raises Malformed."""
    trigger, person = id_of(payload, "trigger_id"), _person(payload, here)
    if payload.get("type") == "message_action":
        where = _on_message(payload, inner(payload, "message"), here)
    else:
        where = {"place": place(here.team, person["actor"].user, kind="personal")}
    key, intent = f"{PLATFORM}:{here.team}:{trigger}", id_of(payload, "callback_id")
    return Event(key=key, how="control", at=now, intent=intent, trigger=trigger, **person, **where)


def _on_message(payload: Payload, message: Payload, here: Here) -> dict[str, Any]:
    room = inner(payload, "channel")
    channel = id_of(room, "id")
    said = quoted(message, channel, here.bot)
    return {
        "place": place(here.team, channel, said.thread or said.message, text_of(room, "name")),
        "message": said.message,
        "link": said.link,
        "answer": text_of(payload, "response_url"),
        "quoted": said,
    }


# --- forms


def submission(payload: Payload, here: Here, now: datetime) -> Event:
    """A submitted form. Sent again after field errors it has the same view and hash: the values tell them apart.

    Raises Malformed.
    """
    view, person = inner(payload, "view"), _person(payload, here)
    kept, values = metadata(view), _values(inner(inner(view, "state"), "values"))
    if "i" not in kept or view.get("type") != "modal" or not id_of(view, "callback_id"):
        raise Malformed("view")
    told = hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=8).hexdigest()
    at, message = returned(here.team, kept, person["actor"].user), kept.get("m", "")
    return Event(
        key=f"{PLATFORM}:{here.team}:{id_of(view, 'id')}:{id_of(view, 'hash')}:{told}",
        how="form",
        at=now,
        place=at,
        intent=kept["i"],
        values=values,
        message=message,
        link=address(at.channel, message),
        trigger=text_of(payload, "trigger_id"),
        answer=kept.get("a", ""),
        **person,
    )


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


def _person(payload: Payload, here: Here) -> dict[str, Any]:
    """Who did it, and whether they are of another organisation."""
    user = inner(payload, "user")
    team, actor = text_of(user, "team_id"), Account(PLATFORM, tenant(here.team), id_of(user, "id"))
    outsider, unproven = is_outside(team, here, payload), is_unproven(team, here, payload)
    return {"actor": actor, "outsider": outsider, "unproven": unproven}


def _object(payload: Payload, name: str) -> Payload:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}
