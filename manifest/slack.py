"""The manifest of the Slack app: what bmm announces there, and every permission it asks for, with the reason."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import dialogs
from bot.meaning import usage
from bot.messages import plain
from bot.words import say
from dialogs.help import commands as told_in_help

Manifest = dict[str, Any]

# Each is needed by something people do on the first day; reading channels is an option of a later set-up.
SCOPES = {
    "app_mentions:read": "to hear the messages that name the bot, and no others in a channel",
    "chat:write": "to post cards and answers where it was asked, and to keep them up to date",
    "commands": "to offer /bmm",
    "im:history": "to hear what people write to the bot in their own chat with it",
    "channels:read": "to call a board by the name of its channel",
    "groups:read": "to call a board by the name of its private channel",
    "users:read": "to call people by their names and to read dates in their time zone",
}
EVENTS = {"app_mention": "app_mentions:read", "message.im": "im:history"}

_HINT = 1_000  # characters, by the schema of manifests
_PATH = "/slack/events"


@dataclass(frozen=True)
class Command:
    """What can be typed after /bmm: its name, how it is written (`start [minutes]`), and what it does."""

    name: str
    usage: str
    summary: str


def commands() -> list[Command]:
    """Everything that can be typed, from the one table of commands."""
    dialogs.routes()
    return [
        Command(each.name, usage(each).removeprefix("/bmm "), plain(say(f"commands.{each.name}")))
        for each in told_in_help()
    ]


def slack_manifest(url: str, offered: Sequence[Command] | None = None) -> Manifest:
    """The manifest of an app whose bot is reached at `url`, which Slack wants with https from the internet."""
    address = url.rstrip("/") + _PATH
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": "bmm",
            "description": "Keeps your team's backlog alive: catches asks, runs the refinement meeting and the votes.",
            "long_description": _about(commands() if offered is None else offered),
            "background_color": "#1f4d3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "bmm", "always_online": True},
            "slash_commands": [
                {
                    "command": "/bmm",
                    "url": address,
                    "description": "Keep an ask, find an item, vote, start the meeting",
                    "usage_hint": _hint(commands() if offered is None else offered),
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(manifest: Manifest) -> str:
    """The manifest as YAML, with every text quoted as JSON does, which YAML reads alike."""
    return "\n".join(_lines(manifest, "")) + "\n"


def _about(offered: Sequence[Command]) -> str:
    scopes = "\n".join(f"• {scope}: {reason}" for scope, reason in SCOPES.items())
    typed = "\n".join(f"• /bmm {each.usage}: {each.summary}" for each in offered)
    about = (
        "bmm catches the asks that people make in passing, gets them ready, runs the refinement meeting and its votes "
        f"in the channel, and opens each day with a walk of the board.\n\nIt asks for:\n{scopes}\n\n"
        f"What can be typed:\n{typed}"
    )
    return about if len(about) <= 4_000 else about[: about.rindex("\n", 0, 4_000)]


def _hint(offered: Sequence[Command]) -> str:
    hint = " | ".join(each.usage for each in offered) or "help"
    return hint if len(hint) <= _HINT else hint[: hint.rindex(" | ", 0, _HINT)]


def _lines(thing: Any, indent: str) -> Iterator[str]:
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing)
    for name, value in pairs:
        lead = f"{indent}{name}:" if isinstance(thing, dict) else f"{indent}-"
        if isinstance(value, dict | list) and value:
            nested = list(_lines(value, indent + "  "))
            if isinstance(thing, dict):
                yield lead
                yield from nested
            else:
                yield f"{lead} {nested[0].lstrip()}"
                yield from nested[1:]
        else:
            yield f"{lead} {json.dumps(value, ensure_ascii=False)}"
