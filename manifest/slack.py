"""The manifest of the Slack app: what bmm announces there, and every permission it asks for, with the reason.

`python -m manifest.slack` writes manifest/slack.yaml, the one without options.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dialogs
from bot.meaning import usage
from bot.messages import plain
from bot.words import say
from dialogs.help import commands as told_in_help
from manifest.permissions import LINKS, Grants, events, scopes

Manifest = dict[str, Any]

FILE = Path(__file__).parent / "slack.yaml"
EXAMPLE = "https://bmm.example.com"

_HINT = 1_000  # characters, by the schema of manifests
_ABOUT = 4_000
_REQUESTS, _INSTALLED = "/slack/events", "/slack/oauth_redirect"


@dataclass(frozen=True)
class Setup:
    """How an app is set up: where Slack reaches it, by HTTP or a socket, in one workspace or by an install link.

    `url` is empty where only the socket is used and nothing points at us.
    """

    url: str = EXAMPLE
    socket: bool = False
    oauth: bool = False
    options: tuple[Grants, ...] = ()


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


def slack_manifest(setup: Setup, offered: Sequence[Command] | None = None) -> Manifest:
    """The manifest of an app that is set up like this."""
    known = commands() if offered is None else offered
    asked = scopes(setup.options)
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": "bmm",
            "description": "Keeps your team's backlog alive: catches asks, runs the refinement meeting and the votes.",
            "long_description": _about(asked, known),
            "background_color": "#1f4d3a",
        },
        "features": _features(setup, known),
        "oauth_config": _redirects(setup) | {"scopes": {"bot": list(asked)}},
        "settings": {
            "event_subscriptions": _address(setup, "request_url") | {"bot_events": list(events(setup.options))},
            "interactivity": {"is_enabled": True} | _address(setup, "request_url"),
            "org_deploy_enabled": setup.oauth,
            "socket_mode_enabled": setup.socket,
            "token_rotation_enabled": setup.oauth,
        },
    }


def committed() -> str:
    """What stands in manifest/slack.yaml."""
    lines = (
        "# The Slack app over HTTP, without options; written by `python -m manifest.slack`.",
        "# `bmm manifest slack --help` names the options, and `--url https://… --yaml` writes the one to paste.",
    )
    return "\n".join((*lines, as_yaml(slack_manifest(Setup()))))


def _features(setup: Setup, offered: Sequence[Command]) -> Manifest:
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    command = {
        "command": "/bmm",
        **_address(setup, "url"),
        "description": "Keep an ask, find an item, vote, start the meeting",
        "usage_hint": _hint(offered),
        "should_escape": True,
    }
    shown: Manifest = {
        "app_home": home,
        "bot_user": {"display_name": "bmm", "always_online": True},
        "shortcuts": [_shortcut(each.name, each.on) for each in dialogs.routes().shortcuts],
        "slash_commands": [command],
    }
    if LINKS in setup.options:
        shown["unfurl_domains"] = [urlsplit(setup.url).hostname or ""]
    return shown


def _shortcut(name: str, on: str) -> Manifest:
    key = f"shortcuts.{name.replace('.', '_')}"
    return {
        "name": plain(say(key)),
        "type": "message" if on == "message" else "global",
        "callback_id": name,
        "description": plain(say(f"{key}_about")),
    }


def _address(setup: Setup, name: str) -> Manifest:
    return {} if setup.socket else {name: setup.url.rstrip("/") + _REQUESTS}


def _redirects(setup: Setup) -> Manifest:
    return {"redirect_urls": [setup.url.rstrip("/") + _INSTALLED]} if setup.oauth else {}


def as_yaml(manifest: Manifest) -> str:
    """The manifest as YAML, with every text quoted as JSON does, which YAML reads alike."""
    return "\n".join(_lines(manifest, "")) + "\n"


def _about(asked: dict[str, str], offered: Sequence[Command]) -> str:
    reasons = "\n".join(f"• {scope}: {reason}" for scope, reason in asked.items())
    typed = "\n".join(f"• /bmm {each.usage}: {each.summary}" for each in offered)
    about = (
        "bmm catches the asks that people make in passing, gets them ready, runs the refinement meeting and its votes "
        f"in the channel, and opens each day with a walk of the board.\n\nIt asks for:\n{reasons}\n\n"
        f"What can be typed:\n{typed}"
    )
    return about if len(about) <= _ABOUT else about[: about.rindex("\n", 0, _ABOUT)]


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


if __name__ == "__main__":
    FILE.write_text(committed(), encoding="utf-8")
