"""Joins Slack as the settings say: one workspace or many, over HTTP or Socket Mode, in one piece to start and stop."""

from datetime import UTC

from aiohttp import web

from adapters.slack import inbound
from adapters.slack.inbound import Door
from adapters.slack.installing import oauth, pages
from adapters.slack.installing.grants import Grants
from adapters.slack.installing.installations import OneWorkspace
from adapters.slack.installing.workspaces import ManyWorkspaces
from adapters.slack.modes import Mode, mode
from adapters.slack.outbound import SlackPlatform
from adapters.slack.reading.parse import PLATFORM
from adapters.slack.socket import SocketMode
from adapters.slack.web import Web
from bot.bot import Bot
from bot.introduction import Introduction
from bot.ports import Seal
from bot.settings import Settings, WrongSettings

NO_KEY = (
    "Slack's tokens are kept sealed, and there is no key: set BMM_SECRET_KEY (or BMM_SECRET_KEY_FILE) to what "
    "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` prints, on every replica the same"
)


class Slack:
    """Slack, joined. `wish` is what an install asks for.

    Raises WrongSettings, also where many workspaces are to be joined without a seal.
    """

    def __init__(self, settings: Settings, bot: Bot, seal: Seal | None, wish: oauth.Wish) -> None:
        self._settings = settings
        self._bot = bot
        self._seal = seal
        self._wish = wish
        self._web = Web(settings.slack_api_url)
        self._introduction: Introduction | None = None
        self._many: ManyWorkspaces | None = None
        self.platform = SlackPlatform(self._web, self._installations(), bot.clock)
        self._socket: SocketMode | None = None
        if settings.slack_app_token:
            door = Door(bot, self.platform, lambda: bot.clock.now().astimezone(UTC))
            self._socket = SocketMode(self._web, settings.slack_app_token, door.deliver)

    def routes(self) -> list[web.RouteDef]:
        """The addresses that Slack and browsers ask for."""
        settings, found = self._settings, [web.get(r"/items/{key:[A-Za-z]{2,5}-[0-9]{1,9}}", _item)]
        if settings.slack_signing_secret:
            found += inbound.routes(self._bot, self.platform, settings.slack_signing_secret, self._bot.clock)
        if self._many is not None and self._seal is not None:
            states = oauth.States(self._bot.database, self._seal, self._bot.clock.now)
            found += oauth.routes(self._many.add, self._grants(), states, site(settings.slack_api_url), self._wish)
        return found

    def ready(self) -> bool:
        """Whether we know who we are, and Slack can reach us where that is ours to see."""
        hears = self._socket is None or self._socket.connected()
        return self.platform.installations.ready() and hears

    async def start(self, *, listening: bool = True) -> None:
        """Learn who we are and, where `listening`, begin to hear; a Slack that is away is asked again until it answers.

        Raises WrongSettings where Slack refuses the token.
        """
        if self._introduction is not None:
            await self._introduction.start()
        if listening and self._many is not None:
            self._many.renewal.start()
        if listening and self._socket is not None:
            await self._socket.start()

    async def stop(self) -> None:
        """Hear no more, finish what is under way, let go of the connections."""
        if self._socket is not None:
            await self._socket.stop()
        if self._introduction is not None:
            await self._introduction.stop()
        if self._many is not None:
            await self._many.renewal.stop()
        await self._web.close()

    # --- the pieces

    def _installations(self) -> OneWorkspace | ManyWorkspaces:
        settings, bot = self._settings, self._bot
        if mode(settings) is Mode.MANY:
            if self._seal is None:
                raise WrongSettings(NO_KEY)
            self._many = ManyWorkspaces(bot.database, self._seal, self._grants(), self._web, bot.clock, bot.ids)
            return self._many
        one = OneWorkspace(settings.slack_bot_token, self._web)
        self._introduction = Introduction(bot.database, PLATFORM, one.start, "Slack does not take BMM_SLACK_BOT_TOKEN")
        return one

    def _grants(self) -> Grants:
        return Grants(self._web, self._settings.slack_client_id, self._settings.slack_client_secret)


async def _item(request: web.Request) -> web.Response:
    return pages.item(request.match_info["key"].upper())


def site(api: str) -> str:
    """Where people meet Slack, by the base of its Web API: `https://slack.com/` for `https://slack.com/api/`."""
    return api.rstrip("/").removesuffix("/api") + "/"
