"""Joins Teams as the settings say, in one piece to start and stop."""

import os
from collections.abc import Callable, Mapping

import aiohttp
from aiohttp import web

from adapters.teams import inbound
from adapters.teams.connector import Connector
from adapters.teams.conversations import Conversations
from adapters.teams.desk import Desk
from adapters.teams.inbound import Door, now_of
from adapters.teams.line import Line
from adapters.teams.outbound import PACE, TeamsPlatform
from adapters.teams.own_chats import OwnChats
from adapters.teams.people import People
from adapters.teams.reading.places import PLATFORM
from adapters.teams.rosters import Rosters
from adapters.teams.tabs import door as tabs
from adapters.teams.trust.credentials import ClientSecret, Credentials, ManagedIdentity, Nobody, Source, connector
from adapters.teams.trust.guard import Guard
from adapters.teams.trust.hosts import Hosts
from adapters.teams.trust.keys import Keys
from adapters.teams.trust.tokens import Tokens
from adapters.teams.voice import Voice
from bot.bot import Bot
from bot.introduction import Introduction
from bot.settings import Settings, WrongSettings, is_loopback

_UNKNOWN = "Microsoft does not take this app, of which `bmm doctor` says more"
_OPEN = (
    "BMM_TEAMS_APP_ID is not set: anybody could speak as Teams. Set it with BMM_TEAMS_TENANT_ID and "
    "BMM_TEAMS_APP_PASSWORD, or BMM_TEAMS_LOCAL=1 to try things out on this machine alone"
)


class Teams:
    """Teams, joined. Raises WrongSettings for what is missing, and for what would let in anybody."""

    def __init__(self, settings: Settings, bot: Bot, environ: Mapping[str, str] | None = None) -> None:
        check(settings)
        self._settings = settings
        self._bot = bot
        self._local = settings.teams_local == "1"
        clock = bot.clock
        self._hosts = _hosts(settings, local=self._local)
        self._credentials = Credentials(self._source(environ or os.environ), self._session, _seconds(bot))
        self._introduction = Introduction(bot.database, PLATFORM, self._credentials.token, _UNKNOWN)
        self._connector = Connector(self._credentials, self._hosts, clock)
        self.conversations = Conversations(bot.database, clock)
        own_chats = OwnChats(self._connector, self.conversations, settings.teams_app_id)
        self.rosters = Rosters(self._connector, self.conversations, own_chats, clock)
        self.people = People(bot.database, self.conversations, self.rosters)
        voice = Voice(self._connector, self.conversations, own_chats, clock, PACE)
        self.platform = TeamsPlatform(voice, self.rosters, bot.routes.opens_form)

    def routes(self) -> list[web.RouteDef]:
        """The addresses that Teams asks for."""
        settings, bot, now = self._settings, self._bot, now_of(self._bot.clock)
        keys = None if self._local else Keys(settings.teams_openid_url, self._session, _seconds(bot))
        guard = Guard(
            settings.teams_app_id, settings.teams_tenant_id, keys, self._hosts, _seconds(bot), local=self._local
        )
        line = Line(Desk(bot, bot.viewing, self.platform, self.people, now))
        door = Door(bot, self.platform, self.conversations, line, now)
        return [*inbound.routes(door, guard), *self._tabs()]

    def ready(self) -> bool:
        """Whether we could prove who we are."""
        return self._introduction.done and not self._credentials.refused()

    async def start(self) -> None:
        """Get a first token; a login that is away is asked again until it answers.

        Raises WrongSettings where the app is refused.
        """
        await self._introduction.start()

    async def stop(self) -> None:
        """Let go of the connections."""
        await self._introduction.stop()
        await self._connector.close()

    # --- the pieces

    def _tabs(self) -> list[web.RouteDef]:
        """The pages that stand in tabs. Who looks at one proves it to Entra; in local mode there is nobody to ask."""
        settings, bot = self._settings, self._bot
        if self._local:
            return []
        tenant = settings.teams_tenant_id
        url = f"{settings.teams_login_url.rstrip('/')}/{tenant}/v2.0/.well-known/openid-configuration"
        keys, issuers = Keys(url, self._session, _seconds(bot)), [f"https://sts.windows.net/{tenant}/"]
        tokens = Tokens(keys, [settings.teams_app_id], _seconds(bot), issuers, hosted=True)
        opens = bot.routes.opens_form
        return tabs.routes(bot, bot.viewing, self.people, tokens.verify, tenant, opens, bot.clock, bot.ids)

    def _session(self) -> aiohttp.ClientSession:
        return self._connector.session

    def _source(self, environ: Mapping[str, str]) -> Source:
        settings = self._settings
        if self._local:
            return Nobody()
        if settings.teams_app_password:
            login, tenant = settings.teams_login_url, settings.teams_tenant_id
            return ClientSecret(login, tenant, settings.teams_app_id, settings.teams_app_password)
        return ManagedIdentity(settings.teams_app_id, environ, connector(settings.teams_login_url))


def check(settings: Settings) -> None:
    """Raises WrongSettings for settings with which anybody could speak as Teams, or nobody could answer."""
    if settings.teams_local == "1":
        if settings.teams_app_password or settings.teams_tenant_id:
            raise WrongSettings(
                "BMM_TEAMS_LOCAL lets in anybody of this machine: leave it out where there is a real app"
            )
        if not is_loopback(settings.host):
            raise WrongSettings(
                f"BMM_TEAMS_LOCAL lets in anybody: BMM_HOST must be this machine's, not {settings.host}"
            )
        return
    if not settings.teams_app_id:
        raise WrongSettings(_OPEN)
    if not settings.teams_tenant_id:
        raise WrongSettings("BMM_TEAMS_TENANT_ID is not set: bmm serves the people of one tenant")
    _hosts(settings)


def _hosts(settings: Settings, *, local: bool = False) -> Hosts:
    try:
        return Hosts(settings.teams_service_hosts, local=local)
    except ValueError as error:
        raise WrongSettings(f"BMM_TEAMS_SERVICE_HOSTS: {error}") from None


def _seconds(bot: Bot) -> Callable[[], float]:
    return lambda: bot.clock.now().timestamp()
