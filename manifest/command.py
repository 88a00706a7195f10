"""What `bmm manifest` takes and writes. Nothing is imported before it is asked for: the command line starts light."""

import re
from argparse import ArgumentParser, Namespace
from urllib.parse import urlsplit

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")  # in ASCII, as browsers send it
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_RELEASE = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}", re.ASCII)
_URL = "where this bot is reached from the internet, with https"
_NEXT = """{file} is written.

1. In the Azure Bot resource the messaging endpoint is {url}/api/messages, and the channel Microsoft Teams is added.
2. Upload the file: for everybody in the Teams admin centre (Teams apps, Manage apps, Upload new app), or to try it in
   Teams itself (Apps, Manage your apps, Upload an app). To replace one that is there, give a higher --release.
3. Add bmm to a team, and write @bmm with your first ask."""


class WrongManifest(Exception):
    """These arguments do not come to a manifest; the text says what is missing."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `bmm manifest`."""
    from manifest.permissions import OPTIONS

    platforms = parser.add_subparsers(dest="platform", required=True, metavar="platform")
    slack = platforms.add_parser("slack", help="print the manifest of the Slack app")
    slack.add_argument("--url", default="", help=_URL)
    slack.add_argument("--socket", action="store_true", help="Socket Mode: Slack needs no address of this bot")
    slack.add_argument("--oauth", action="store_true", help="many workspaces by install link, with rotating tokens")
    for each in OPTIONS:
        slack.add_argument(f"--{each.name}", action="store_true", help=each.brings)
    slack.add_argument("--yaml", action="store_true", help="write YAML instead of JSON")
    _add_teams(platforms.add_parser("teams", help="write the app package of Microsoft Teams"))


def _add_teams(teams: ArgumentParser) -> None:
    from manifest.consent import LISTEN

    teams.add_argument("--url", default="", help=_URL)
    teams.add_argument("--app-id", default="", help="the app (client) id of the bot (default: BMM_TEAMS_APP_ID)")
    teams.add_argument("--out", default="bmm-teams.zip", help="the file to write (default: bmm-teams.zip)")
    teams.add_argument("--release", default="", help="its version, as in 1.0.1: higher than the one that Teams has")
    teams.add_argument("--listen", action="store_true", help=LISTEN.brings)


def written(given: Namespace, app_id: str = "") -> str:
    """The manifest that these arguments ask for, as text to paste, or where its file is and what to do next.

    `app_id` is the one of the settings. Raises WrongManifest.
    """
    return _of_teams(given, app_id) if given.platform == "teams" else _of_slack(given)


def _of_slack(given: Namespace) -> str:
    import json

    from manifest.permissions import OPTIONS
    from manifest.slack import Setup, as_yaml, slack_manifest

    options = tuple(each for each in OPTIONS if getattr(given, each.name))
    if not given.url and (given.oauth or given.links or not given.socket):
        raise WrongManifest("say where this bot is reached: --url https://bmm.example.com, or --socket alone")
    setup = Setup(_address(given.url, "Slack"), given.socket, given.oauth, options)
    made = slack_manifest(setup)
    return as_yaml(made).rstrip("\n") if given.yaml else json.dumps(made, indent=2, ensure_ascii=False)


def _of_teams(given: Namespace, app_id: str) -> str:
    from pathlib import Path

    from manifest.teams import Package, zipped

    if not given.url:
        raise WrongManifest("say where this bot is reached: --url https://bmm.example.com")
    package = Package(
        _address(given.url, "Teams").rstrip("/"), _app_id(given.app_id or app_id), _release(given.release), given.listen
    )
    try:
        Path(given.out).write_bytes(zipped(package))
    except OSError as error:
        raise WrongManifest(f"{given.out} cannot be written: {error.strerror}") from None
    return _NEXT.format(file=given.out, url=package.url)


def _address(url: str, platform: str) -> str:
    parts = urlsplit(url)
    odd = parts.username or parts.query or parts.fragment or not _HOST.fullmatch(parts.hostname or "")
    if url and (parts.scheme != "https" or odd):
        raise WrongManifest(f"{platform} wants an address with https, as in https://bmm.example.com: not {url}")
    return url


def _app_id(given: str) -> str:
    if not given:
        raise WrongManifest(
            "say whose bot it is: --app-id, or BMM_TEAMS_APP_ID, with the app's Application (client) ID"
        )
    if not _GUID.fullmatch(given):
        raise WrongManifest(f"--app-id is no id such as 1f3a0c52-8f4e-4a55-9d0e-0c6a4f1b2d3e: {given}")
    return given.casefold()


def _release(given: str) -> str:
    if given and not _RELEASE.fullmatch(given):
        raise WrongManifest(f"--release is no version such as 1.0.1: {given}")
    return given
