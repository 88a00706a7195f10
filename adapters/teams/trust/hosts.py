"""The hosts of Teams that our answers, and with them our token, may go to.

Each tells us in `serviceUrl` where its conversations are reached. Microsoft documents these four (public cloud, GCC,
GCC High, DoD), in learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages and in
the `TeamsServiceEndpoints` of its Agents SDK. They are matched whole: anybody may own another name under
trafficmanager.net. `botframework.com` is where other channels live; Microsoft's Teams SDK, too, leaves it out.
"""

import re
from urllib.parse import urlsplit

from adapters.teams.trust.bounded import is_loopback

KNOWN = (
    "smba.trafficmanager.net",
    "smba.infra.gcc.teams.microsoft.com",
    "smba.infra.gov.teams.microsoft.us",
    "smba.infra.dod.teams.microsoft.us",
)

_URL = re.compile(r"(https?)://([\w.:\[\]-]+)((?:/[\w.~-]*)*)", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]+", re.ASCII)
_PORTS = {"https": 443, "http": 80}


class Strange(ValueError):
    """This is no address of Teams."""


class Hosts:
    """The allowed hosts: those of Teams, and `extra` as `host` or `host:port` between commas. ValueError for others.

    A host of `extra` without a port is allowed at the usual one, and this machine at every port. With `local` nothing
    but this machine is allowed: there is no token that could leak.
    """

    def __init__(self, extra: str = "", *, local: bool = False) -> None:
        listed = [_listed(each.strip()) for each in extra.split(",") if each.strip()]
        self._allowed = {(host, 443) for host in KNOWN} | {(host, port or 443) for host, port in listed}
        self._whole = {host for host, port in listed if not port and is_loopback(host)}
        self._local = local

    def check(self, url: str) -> str:
        """The address, written as we write it: small letters, no usual port, no slash at its end. Raises Strange."""
        scheme, host, port, path = _parts(url)
        if self._local and not is_loopback(host):
            raise Strange("not on this machine")
        if not self._local and host not in self._whole and (host, port) not in self._allowed:
            raise Strange("not a host of Teams")
        if scheme == "http" and not is_loopback(host):
            raise Strange("not https")
        named = f"[{host}]" if ":" in host else host
        return f"{scheme}://{named}{'' if port == _PORTS[scheme] else f':{port}'}{path.rstrip('/')}"


def _parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of what can be nothing but an address. Raises Strange."""
    found = _URL.fullmatch(url)
    if found is None or len(url) > 2_000:
        raise Strange("malformed")
    if {".", ".."} & set(found[3].split("/")):
        raise Strange("a path that climbs")
    scheme = found[1].lower()
    host, port = _place(found[2])
    return scheme, host, port or _PORTS[scheme], found[3]


def _place(netloc: str) -> tuple[str, int]:
    """Host and port, 0 where none is named. Raises Strange."""
    try:
        parts = urlsplit(f"//{netloc}")
        host, port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError as error:
        raise Strange("malformed") from error
    if parts.netloc != netloc or "@" in netloc or not _NAME.fullmatch(host) or ".." in host or port == 0:
        raise Strange("malformed")
    return host, port or 0


def _listed(entry: str) -> tuple[str, int]:
    """An entry of the settings, with a name in any script. Raises ValueError that quotes it."""
    try:
        name, colon, port = entry.rpartition(":") if not entry.endswith("]") and ":" in entry else (entry, "", "")
        ascii_name = name if name.isascii() else name.encode("idna").decode()
        return _place(f"{ascii_name}{colon}{port}")
    except ValueError as error:
        raise ValueError(f"{entry!r} is no host, such as teams.example.com or 127.0.0.1:3978") from error
