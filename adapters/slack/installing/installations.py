"""What lets us act in a workspace, and where it is known from."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from adapters.slack.reading.parse import tenant
from adapters.slack.web import Web
from bot.ports import TenantGone


@dataclass(frozen=True)
class Installation:
    """Our place in a workspace, or in all workspaces of an organisation: the bot's user there, and its token.

    `team` is empty where it is for an organisation, whose id is then `enterprise`.
    """

    team: str
    user: str
    bot: str = ""
    enterprise: str = ""
    organisation: bool = False
    token: str = field(default="", repr=False)

    @property
    def owner(self) -> str:
        """The id of the workspace or organisation that it was given for: it stays when the token is renewed."""
        return self.enterprise if self.organisation else self.team

    def holds(self, team: str, enterprise: str) -> bool:
        """Whether it lets us act in that workspace, of that organisation."""
        return team == self.team or (self.organisation and bool(enterprise) and enterprise == self.enterprise)


class Installations(Protocol):
    """Knows every workspace that we are installed in."""

    def ready(self) -> bool:
        """Whether it can be asked."""
        ...

    async def of(self, tenant: str) -> Installation:
        """What lets us act in a workspace. Raises TenantGone where nothing does, SendError, Unavailable."""
        ...

    async def hearing(self, team: str, enterprise: str) -> Installation | None:
        """The same for a workspace that Slack tells us of, as part of an organisation where that is told, or None."""
        ...

    async def again(self, tenant: str, refused: str) -> Installation | None:
        """What lets us act there now that Slack has refused this token, or None where there is nothing newer.

        Raises TenantGone, SendError.
        """
        ...

    async def gone(self, team: str, enterprise: str, at: datetime) -> None:
        """We were uninstalled there at `at`: forget the token, unless it is of a later install. Raises Unavailable."""
        ...


class OneWorkspace:
    """The one workspace, or organisation, of a token in the settings."""

    def __init__(self, token: str, web: Web) -> None:
        self._token = token
        self._web = web
        self._known: Installation | None = None

    def ready(self) -> bool:
        """Whether Slack has told us who we are."""
        return self._known is not None

    async def start(self) -> Installation:
        """Ask who we are. Raises SendError; may be called again."""
        told = await self._web.call(self._token, "auth.test", "look", {})
        whole = bool(told.get("is_enterprise_install"))
        enterprise = str(told.get("enterprise_id") or "")
        self._known = Installation(
            told["team_id"], told["user_id"], told.get("bot_id", ""), enterprise, whole, self._token
        )
        return self._known

    async def of(self, tenant_: str) -> Installation:
        """The one, whatever workspace of its organisation is meant."""
        known = self._known
        if known is None or (not known.organisation and tenant_ != tenant(known.team)):
            raise TenantGone("this token is for another workspace")
        return known

    async def hearing(self, team: str, enterprise: str) -> Installation | None:
        """The one, where it is meant."""
        return self._known if self._known is not None and self._known.holds(team, enterprise) else None

    async def again(self, tenant_: str, refused: str) -> Installation | None:
        """There is no other token."""
        return None

    async def gone(self, team: str, enterprise: str, at: datetime) -> None:
        """A token in the settings is not ours to delete; Slack refuses it from now on."""
