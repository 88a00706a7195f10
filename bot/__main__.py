"""The composition root and the command `bmm`: everybody is introduced here, once."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings, WrongSettings, changed, read_settings

if TYPE_CHECKING:  # imported where they are needed: a command that needs no platform starts without one
    from aiohttp import web

    from adapters.ops.doctor import Finding
    from bot.bot import Bot
    from bot.ports import Platform

PLAY = "sqlite:///play.db"


def main() -> None:
    """Run one command of the command line."""
    arguments = _parser().parse_args()
    try:
        settings = read_settings()
        _log_as(settings)
        sys.exit(arguments.run(settings, arguments) or 0)
    except WrongSettings as error:
        sys.exit(f"bmm: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    from manifest.command import add_arguments

    parser = argparse.ArgumentParser("bmm", description="A chat bot that keeps a team's backlog alive.")
    commands = parser.add_subparsers(required=True, metavar="command")
    play = _command(commands, "play", _play, "try it in the browser, with no account")
    play.add_argument("--empty", action="store_true", help="leave out the made-up team and its month of history")
    play.add_argument("--port", type=int, help="the port to listen on (default 8080)")
    _command(commands, "serve", _serve, "run the bot for the platforms that are set up")
    _command(commands, "migrate", _migrate, "bring the database up to date")
    _command(commands, "doctor", _doctor, "say what is wrong with a set-up, and how to mend it")
    _command(commands, "rotate-keys", _rotate_keys, "seal every stored token anew with the newest key")
    replay = _command(commands, "replay", _replay, "handle failed events again")
    replay.add_argument("reference", nargs="?", default="", help="the reference that a person was told")
    backup = _command(commands, "backup", _backup, "copy the database to a file, while it runs")
    backup.add_argument("file", help="the file to write, which must not exist")
    manifest = _command(commands, "manifest", _manifest, "write what is announced to a platform")
    add_arguments(manifest)
    return parser


def commands() -> list[str]:
    """The names of the commands of the command line."""
    parts = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return [name for part in parts for name in part.choices]


def _command(commands: Any, name: str, run: Callable[[Settings, Any], int | None], about: str) -> Any:
    command = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    command.set_defaults(run=run)
    return command


# --- the commands


def _play(settings: Settings, arguments: Any) -> int:
    given: dict[str, Any] = {} if "BMM_DATABASE_URL" in os.environ else {"database_url": PLAY}
    given |= {"port": arguments.port} if arguments.port is not None else {}
    settings = changed(settings, **given)
    if not arguments.empty:
        _fill(settings.database_url)
    _upgrade(settings.database_url)
    return asyncio.run(_run(settings, playground=True))


def _fill(url: str) -> None:
    """Let the made-up team tell its month, where nothing stands yet; a file gets its name only when that is done."""
    path = _file_of(url)
    if not url.startswith("sqlite:"):
        _upgrade(url)
        asyncio.run(_told(url))
    elif not path.exists():
        draft = path.with_name(f"{path.name}.filling")
        for left in (draft, *(draft.with_name(f"{draft.name}{end}") for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
        _upgrade(f"sqlite:///{draft}")
        asyncio.run(_told(f"sqlite:///{draft}"))
        draft.replace(path)


async def _told(url: str) -> None:
    import dialogs
    from adapters.playground.history import fill_in
    from bot.board import Board
    from bot.clock import SystemClock
    from storage import open_database

    database = open_database(url)
    if not await database.read(lambda store: store.count(Board, {}, 1), None):
        print("bmm fills in a made-up team and its month ...", flush=True)
        await fill_in(dialogs.routes(), database, SystemClock().now())
    await database.close()


def _serve(settings: Settings, _arguments: Any) -> int:
    _upgrade(settings.database_url)
    return asyncio.run(_run(settings, playground=False))


def _migrate(settings: Settings, _arguments: Any) -> int:
    _upgrade(settings.database_url)
    print("The database is up to date.")
    return 0


def _doctor(settings: Settings, _arguments: Any) -> int:
    file = _file_of(settings.database_url) if settings.database_url.startswith("sqlite:") else None
    if file is not None and not file.absolute().parent.is_dir():
        raise WrongSettings(f"there is no folder {file.parent} for the database: make it, or set BMM_DATABASE_URL")
    _checked(settings.database_url)
    findings = asyncio.run(_examined(settings, there=file is None or file.exists()))
    for finding in findings:
        print(finding)
    return 1 if any(finding.wrong for finding in findings) else 0


async def _examined(settings: Settings, *, there: bool) -> "list[Finding]":
    """What is wrong with everything that is set up; `there` says whether there is a database to look into."""
    from adapters.ops import doctor
    from adapters.slack.examination import Examination
    from adapters.teams.examination import Examination as TeamsExamination
    from manifest.permissions import scopes
    from storage import open_database
    from storage.sealing import seal_of

    seal = seal_of(settings.secret_key, settings.database_url, make=False)
    others: list[doctor.Examination] = []
    database = open_database(settings.database_url) if there else None
    if _wants_slack(settings):
        others.append(Examination(settings, seal, database, scopes()).findings)
    if _wants_teams(settings):
        others.append(TeamsExamination(settings, os.environ).findings)
    try:
        return await doctor.examine(database, others)
    finally:
        if database is not None:
            await database.close()


def _rotate_keys(settings: Settings, _arguments: Any) -> int:
    from adapters.slack.installing.credentials import reseal
    from storage import open_database
    from storage.sealing import seal_of

    seal = seal_of(settings.secret_key, settings.database_url, make=False)
    if seal is None:
        raise WrongSettings("there is no key yet, so nothing is sealed")
    _upgrade(settings.database_url)

    async def run() -> tuple[int, list[str]]:
        database = open_database(settings.database_url)
        try:
            return await reseal(database, seal)
        finally:
            await database.close()

    done, closed = asyncio.run(run())
    print(f"Sealed with the newest key: {done}.")
    if closed:
        print(f"No key opens what was kept of {', '.join(closed)}: put the old key back, behind a comma.")
    return 1 if closed else 0


def _replay(settings: Settings, arguments: Any) -> int:
    _upgrade(settings.database_url)

    async def run() -> list[str]:
        async with _assembled(settings, playground=False, listening=False) as (bot, _app):
            references: list[str] = await bot.intake.replay(arguments.reference)
            return references

    references = asyncio.run(run())
    print(f"Handled again: {', '.join(references)}." if references else "There is nothing to handle again.")
    return 0


def _backup(settings: Settings, arguments: Any) -> int:
    from storage.backup import backup

    if settings.database_url.startswith("sqlite:") and not _file_of(settings.database_url).exists():
        sys.exit(f"bmm: there is no database at {settings.database_url} to copy")
    _checked(settings.database_url)
    try:
        rows = backup(settings.database_url, Path(arguments.file))
    except OSError as error:
        sys.exit(f"bmm: nothing was copied: {error}")
    print(f"{rows} rows are copied to {arguments.file}.")
    return 0


def _manifest(settings: Settings, arguments: Any) -> int:
    from manifest.command import WrongManifest, written

    try:
        print(written(arguments, settings.teams_app_id))
    except WrongManifest as error:
        sys.exit(f"bmm: {error}")
    return 0


# --- the pieces


def _checked(url: str) -> None:
    """Stop where a file is not ours, before anything opens it."""
    from storage import NotOurs, refuse_foreign

    try:
        refuse_foreign(url)
    except NotOurs as error:
        sys.exit(f"bmm: {error.__doc__} ({error})")


def _upgrade(url: str) -> None:
    from bot.ports import Unavailable
    from storage import NotOurs, TooNew, upgrade

    try:
        upgrade(url)
    except (NotOurs, TooNew) as error:
        sys.exit(f"bmm: {error.__doc__} ({error})")
    except Unavailable as error:
        sys.exit(f"bmm: the database cannot be reached: {error}")
    except ValueError as error:
        sys.exit(f"bmm: {error}")


async def _run(settings: Settings, *, playground: bool) -> int:
    """Listen until SIGTERM or SIGINT; then take no new work, finish the turns and release the leases."""
    from aiohttp import web

    from adapters.ops.garbage import Garbage

    logging.getLogger("aiohttp.server").addFilter(Garbage())
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with _assembled(settings, playground=playground) as (bot, app):
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise WrongSettings(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}"
            ) from None
        bot.start()
        _announce(runner, playground)
        await stop.wait()
        await runner.cleanup()
    return 0


def _announce(runner: Any, playground: bool) -> None:
    host, port = runner.addresses[0][:2]
    address = f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{port}"
    print(f"bmm is ready: open {address}/" if playground else f"bmm listens on {address}", flush=True)


@contextlib.asynccontextmanager
async def _assembled(
    settings: Settings, *, playground: bool, listening: bool = True
) -> "AsyncIterator[tuple[Bot, web.Application]]":
    """The bot over its database and platforms, and the web application that feeds it."""
    from aiohttp import web

    import dialogs
    from adapters.ops import endpoints
    from bot.bot import Bot
    from bot.clock import SystemClock
    from bot.ids import new_id
    from storage import open_database

    database, clock, table = open_database(settings.database_url), SystemClock(), dialogs.routes()
    platforms: dict[str, Platform] = {}
    app = web.Application(client_max_size=512 * 1024)
    bot = Bot(database, table, platforms, clock, new_id)
    ready: dict[str, Callable[[], bool]] = {}
    app.add_routes(endpoints.routes(database, bot.courier, ready, settings.metrics_token))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(bot.stop)
        if playground:
            _join_playground(bot, platforms, app)
        else:
            if _wants_slack(settings):
                ready["slack"] = await _join_slack(settings, bot, platforms, app, stack, listening)
            if _wants_teams(settings):
                ready["teams"] = await _join_teams(settings, bot, platforms, app, stack)
            if listening and not ready:
                raise WrongSettings(
                    "no platform is set up: BMM_SLACK_BOT_TOKEN and BMM_SLACK_SIGNING_SECRET, "
                    "BMM_TEAMS_APP_ID and BMM_TEAMS_TENANT_ID, or `bmm play`"
                )
        yield bot, app


def _join_playground(bot: "Bot", platforms: "dict[str, Platform]", app: "web.Application") -> None:
    from adapters.playground import core, inbound, outbound
    from bot.meaning import usage
    from bot.messages import plain
    from bot.words import say
    from dialogs.help import commands

    platform = outbound.PlaygroundPlatform(bot.database, bot.clock, bot.ids)
    platforms[platform.name] = platform
    known = [
        core.Command(usage(each).removeprefix("/bmm "), plain(say(f"commands.{each.name}"))) for each in commands()
    ]
    shortcuts = core.offered(bot.routes.shortcuts)
    app.add_routes(inbound.routes(bot, platform, bot.database, bot.clock, bot.ids, known, shortcuts))

    async def close(_app: "web.Application") -> None:
        await platform.close()

    app.on_shutdown.append(close)


async def _join_slack(
    settings: Settings,
    bot: "Bot",
    platforms: "dict[str, Platform]",
    app: "web.Application",
    stack: Any,
    listening: bool,
) -> Callable[[], bool]:
    from adapters.slack.installing.oauth import Wish
    from adapters.slack.joining import Slack
    from manifest.permissions import OPTIONS, scopes
    from storage.sealing import seal_of

    seal = seal_of(settings.secret_key, settings.database_url, make=listening)
    wish = Wish(
        lambda names: scopes([option for option in OPTIONS if option.name in names]),
        {option.name: option.brings for option in OPTIONS},
    )
    slack = Slack(settings, bot, seal, wish)
    stack.push_async_callback(slack.stop)
    platforms[slack.platform.name] = slack.platform
    app.add_routes(slack.routes())
    await slack.start(listening=listening)
    return slack.ready


async def _join_teams(
    settings: Settings, bot: "Bot", platforms: "dict[str, Platform]", app: "web.Application", stack: Any
) -> Callable[[], bool]:
    from adapters.teams.joining import Teams

    teams = Teams(settings, bot)
    stack.push_async_callback(teams.stop)
    platforms[teams.platform.name] = teams.platform
    app.add_routes(teams.routes())
    await teams.start()
    return teams.ready


def _wants_teams(settings: Settings) -> bool:
    """Whether anything of Teams is set, if only a half of it."""
    return bool(settings.teams_app_id or settings.teams_app_password or settings.teams_tenant_id) or (
        settings.teams_local == "1"
    )


def _wants_slack(settings: Settings) -> bool:
    """Whether anything of Slack is set, if only a half of it."""
    return any(value for name, value in settings if name.startswith("slack_") and name != "slack_api_url")


def _file_of(url: str) -> Path:
    from storage.database import sqlite_path

    return Path(sqlite_path(url))


def _log_as(settings: Settings) -> None:
    handler = logging.StreamHandler()
    if settings.log_form == "json":
        from bot.logs import JsonLines

        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel("WARNING")
    logging.getLogger("slack_sdk").setLevel("INFO")  # below it writes down what people say, and tokens
    logging.getLogger("slack_bolt").setLevel("INFO")


if __name__ == "__main__":
    main()
