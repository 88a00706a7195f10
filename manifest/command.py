"""What `bmm manifest` takes and writes. Nothing is imported before it is asked for: the command line starts light."""

from argparse import ArgumentParser, Namespace
from urllib.parse import urlsplit


class WrongManifest(Exception):
    """These arguments do not come to a manifest; the text says what is missing."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `bmm manifest`."""
    from manifest.permissions import OPTIONS

    parser.add_argument("platform", choices=["slack"])
    parser.add_argument("--url", default="", help="where this bot is reached from the internet, with https")
    parser.add_argument("--socket", action="store_true", help="Socket Mode: Slack needs no address of this bot")
    parser.add_argument("--oauth", action="store_true", help="many workspaces by install link, with rotating tokens")
    for each in OPTIONS:
        parser.add_argument(f"--{each.name}", action="store_true", help=each.brings)
    parser.add_argument("--yaml", action="store_true", help="write YAML instead of JSON")


def written(given: Namespace) -> str:
    """The manifest that these arguments ask for, as text to paste. Raises WrongManifest."""
    import json

    from manifest.permissions import OPTIONS
    from manifest.slack import Setup, as_yaml, slack_manifest

    options = tuple(each for each in OPTIONS if getattr(given, each.name))
    setup = Setup(_address(given), given.socket, given.oauth, options)
    made = slack_manifest(setup)
    return as_yaml(made).rstrip("\n") if given.yaml else json.dumps(made, indent=2, ensure_ascii=False)


def _address(given: Namespace) -> str:
    url: str = given.url
    if not url and (given.oauth or given.links or not given.socket):
        raise WrongManifest("say where this bot is reached: --url https://bmm.example.com, or --socket alone")
    parts = urlsplit(url)
    if url and (parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment):
        raise WrongManifest(f"Slack wants an address with https, as in https://bmm.example.com: not {url}")
    return url
