"""The app package of Microsoft Teams: what bmm announces there, its icons, and what it asks for, with the reasons.

`python -m manifest.teams` writes manifest/teams.json, the one without options.
"""

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dialogs
from bot.messages import plain
from bot.words import say
from dialogs.help import commands
from manifest.consent import BASE, LISTEN

Manifest = dict[str, Any]

FILE = Path(__file__).parent / "teams.json"
ICONS = Path(__file__).parent / "icons"
EXAMPLE, NOBODY = "https://bmm.example.com", "00000000-0000-0000-0000-000000000000"
PAGES = ("about", "privacy", "terms", "home", "configure")  # `serve` has each of them under /teams/

SCHEMA = "1.29"  # the first with slash commands of bots
TOGETHER = "start add board backlog vote estimate find show move dsu daily help"
ALONE = "home add find show backlog board edit move done block history help"
ELSEWHERE = {"reaction"}  # of reactions Teams tells a bot only where they stand on what it said itself

_TITLE, _ABOUT, _DESCRIPTION = 32, 128, 4_000  # characters, by the schema: of an action, of its words, of the app
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can say: the same input gives the same bytes


@dataclass(frozen=True)
class Package:
    """An app as it is uploaded: where bmm is reached, the id of its bot, and which release it is.

    Teams takes a changed package only under a higher `release`; with `listens` it asks for LISTEN.
    """

    url: str = EXAMPLE
    app_id: str = NOBODY
    release: str = ""
    listens: bool = False

    @property
    def host(self) -> str:
        """The host, with its port where that is named."""
        return urlsplit(self.url).netloc

    def page(self, name: str) -> str:
        """The address of one of our PAGES."""
        return f"{self.url.rstrip('/')}/teams/{name}"


def teams_manifest(package: Package) -> Manifest:
    """The manifest of this package."""
    made = {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": package.release or version("bmm"),
        "id": package.app_id,
        "developer": {
            "name": "bmm",
            "websiteUrl": package.page("about"),
            "privacyUrl": package.page("privacy"),
            "termsOfUseUrl": package.page("terms"),
        },
        "name": {"short": "bmm", "full": "bmm, the Backlog Maintenance Meetup"},
        "description": {
            "short": "Keeps your team's backlog alive: asks, refinement meetings, votes, stand-ups.",
            "full": _about(package),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1f4d3a",
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot", "meetings": "bot"},
        "supportsChannelFeatures": "tier1",  # shared and private channels; wanted of whatever is added to teams
        "bots": [_bot(package)],
        "composeExtensions": [{"botId": package.app_id, "commands": list(_actions())}],
        **_tabs(package),
        "permissions": list(BASE.scopes),
        "validDomains": [package.host],
        "webApplicationInfo": {"id": package.app_id, "resource": f"api://{package.host}/{package.app_id}"},
    }
    return made | (_consent() if package.listens else {})


def zipped(package: Package) -> bytes:
    """What is uploaded: manifest and icons. The same package gives the same bytes."""
    files = {"manifest.json": as_json(teams_manifest(package)).encode()}
    files |= {name: (ICONS / name).read_bytes() for name in ("color.png", "outline.png")}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # whatever system it is made on
            archive.writestr(entry, content)
    return held.getvalue()


def as_json(manifest: Manifest) -> str:
    """The manifest as a file."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def committed() -> str:
    """What stands in manifest/teams.json."""
    return as_json(teams_manifest(Package()))


def _bot(package: Package) -> Manifest:
    return {
        "botId": package.app_id,
        "scopes": ["team", "personal", "groupChat"],
        "supportsFiles": False,
        "isNotificationOnly": False,
        "supportsTargetedMessages": True,
        "commandLists": [
            # nothing can be said privately in a chat that is private already, so there is no slash there
            {"scopes": ["team", "groupChat"], "triggers": ["mention", "slash"], "commands": _offered(TOGETHER)},
            {"scopes": ["personal"], "triggers": ["mention"], "commands": _offered(ALONE)},
        ],
    }


def _offered(names: str) -> list[Manifest]:
    """These commands, from the one table of them. Raises KeyError for a name that is not in it."""
    dialogs.routes()
    known = {each.name: each for each in commands()}
    offered = []
    for each in (known[name] for name in names.split()):
        example = each.example.removeprefix("/bmm ")
        for_example = f" For example: {example}" if example != each.name else ""
        offered.append({"title": each.name, "description": plain(say(f"commands.{each.name}")) + for_example})
    return offered


def _actions() -> Iterable[Manifest]:
    """What stands in the menus of messages and of the box to write in, from the shortcuts of the routes."""
    for each in dialogs.routes().shortcuts:
        key = f"shortcuts.{each.name.replace('.', '_')}"
        anywhere = {"context": ["compose", "commandBox"], "triggers": ["slash"]}
        yield {
            "id": each.name,
            "type": "action",
            "title": plain(say(key))[:_TITLE],
            "description": plain(say(f"{key}_about"))[:_ABOUT],
            "fetchTask": True,
            **({"context": ["message"]} if each.on == "message" else anywhere),
        }


def _tabs(package: Package) -> Manifest:
    board = {
        "id": "board",
        "configurationUrl": package.page("configure"),
        "canUpdateConfiguration": True,
        "scopes": ["team", "groupChat"],
        "context": ["channelTab", "privateChatTab", "meetingChatTab"],
    }
    home = {"entityId": "home", "name": "Home", "contentUrl": package.page("home"), "scopes": ["personal"]}
    theirs = [{"entityId": name, "scopes": ["personal"]} for name in ("conversations", "about")]  # Teams draws these
    return {"staticTabs": [home, *theirs], "configurableTabs": [board]}


def _consent() -> Manifest:
    wanted = [{"name": name, "type": "Application"} for name in LISTEN.scopes]
    return {"authorization": {"permissions": {"resourceSpecific": wanted}}}


def _about(package: Package) -> str:
    asked = BASE.scopes | (LISTEN.scopes if package.listens else {})
    reasons = "\n".join(f"• {name}: {reason}" for name, reason in asked.items())
    known = [each.name for each in commands() if each.name not in ELSEWHERE]
    typed = "\n".join(f"• @bmm {name}: {plain(say(f'commands.{name}'))}" for name in known)
    about = (
        "bmm catches the asks that people make in passing, gets them ready, runs the refinement meeting and its votes "
        f"in the channel, and opens each day with a walk of the board.\n\nIt asks for:\n{reasons}\n\n"
        f"What can be typed:\n{typed}"
    )
    return about if len(about) <= _DESCRIPTION else about[: about.rindex("\n", 0, _DESCRIPTION)]


if __name__ == "__main__":
    FILE.write_text(committed(), encoding="utf-8")
