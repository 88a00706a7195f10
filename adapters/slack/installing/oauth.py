"""Installing bmm by a link: a page that says what is asked for, Slack's own question, and the way back.

See docs.slack.dev/authentication/installing-with-oauth. What Slack brings back is taken once, within ten minutes, and
only from the browser that went: the state is sealed, and its counterpart is a cookie that only we can read.
"""

import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import urlencode

from aiohttp import web

from adapters.slack.installing import pages
from adapters.slack.installing.grants import Grant, Grants, NotGranted
from bot.ledger import Lease
from bot.ports import Database, Query, Seal, SendError, Store, Unavailable, Unsealable

log = logging.getLogger("bmm.slack")

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
LIFE = timedelta(minutes=10)
_ABOUT = "slack|install state"
_HOLDER = "slack install"  # of the rows that tell which states were used
_CODE = re.compile(r"[a-z0-9_]{1,60}", re.ASCII)


@dataclass(frozen=True)
class Wish:
    """What an install asks for: the scopes with the reason for each, when these options are chosen.

    `options` says by name in one sentence what people have of one; `/slack/install?with=listen,links` chooses two.
    """

    scopes: Callable[[Collection[str]], Mapping[str, str]]
    options: Mapping[str, str] = field(default_factory=dict)


class WrongState(Exception):
    """This was not begun in this browser, was begun too long ago, or is finished already."""


class States:
    """What travels to Slack and back. Any replica knows what another has begun."""

    def __init__(self, database: Database, seal: Seal, now: Callable[[], datetime]) -> None:
        self._database = database
        self._seal = seal
        self._now = now

    def begin(self) -> tuple[str, str]:
        """A new state, and the secret of the browser that carries it."""
        secret = secrets.token_urlsafe(24)
        told = {"id": secrets.token_urlsafe(12), "secret": secret, "until": (self._now() + LIFE).isoformat()}
        return self._seal.close(json.dumps(told), _ABOUT), secret

    async def end(self, state: str, cookies: Mapping[str, str]) -> None:
        """Take a state back, once. Raises WrongState, Unavailable."""
        try:
            told = json.loads(self._seal.open(state, _ABOUT))
        except Unsealable as error:
            raise WrongState from error
        secret, until = told["secret"], datetime.fromisoformat(told["until"])
        carried = cookies.get(cookie(secret), "").encode(errors="replace")  # what a browser sends may be no UTF-8
        if not compare_digest(carried, secret.encode()) or until <= self._now():
            raise WrongState
        if not await self._database.write(lambda store: self._first(store, told["id"], until), None):
            raise WrongState

    def _first(self, store: Store, id: str, until: datetime) -> bool:
        old = tuple(row.id for row in store.find(Lease, Query({"holder": _HOLDER}, {"until": self._now()}, limit=100)))
        store.remove(Lease, {"id": old})
        return store.add_new(Lease(f"state|{id}", _HOLDER, until))


def cookie(secret: str) -> str:
    """The name of the cookie of a secret: several tabs do not disturb each other."""
    return f"bmm_install_{secret[:6]}"


def routes(
    install: Callable[[Grant], Awaitable[None]],
    grants: Grants,
    states: States,
    slack: str,
    wish: Wish,
) -> list[web.RouteDef]:
    """The two addresses. `install` keeps a grant, `slack` is where Slack is."""

    async def ask(request: web.Request) -> web.Response:
        chosen = [name for name in request.query.get("with", "").split(",") if name in wish.options]
        scopes = wish.scopes(chosen)
        state, secret = states.begin()
        asked = urlencode({"client_id": grants.client_id, "scope": ",".join(scopes), "user_scope": "", "state": state})
        more = {
            f"{INSTALL}?with={','.join(dict.fromkeys([*chosen, name]))}": brings
            for name, brings in wish.options.items()
            if name not in chosen
        }
        answer = pages.install(f"{slack}oauth/v2/authorize?{asked}", scopes, more)
        answer.set_cookie(
            cookie(secret), secret, max_age=int(LIFE.total_seconds()), path="/slack", httponly=True, samesite="Lax",
            secure=_encrypted(request),
        )  # fmt: skip
        return answer

    async def back(request: web.Request) -> web.Response:
        given = request.query
        try:
            await states.end(given.get("state", ""), request.cookies)
            if "code" not in given:
                return _refused(given.get("error", ""))
            grant = await grants.exchange(given["code"])
            await install(grant)
        except WrongState:
            return pages.failed(400, _STALE, _STALE_TOLD)
        except NotGranted as error:
            return _not_granted(error.code)
        except SendError:
            log.warning("Slack cannot be reached to finish an install")
            return pages.failed(502, "Slack does not answer", [_NOTHING, "Please wait a minute, then start again."])
        except Unavailable:
            return pages.failed(503, "bmm cannot keep this now", [_UNKEPT, "Please start again in a minute."])
        home = grant.installation
        query = {"app": grant.app, "team": home.team or home.enterprise}
        return pages.installed(grant.name, f"{slack}app_redirect?{urlencode(query)}", home.organisation)

    return [web.get(INSTALL, ask), web.get(BACK, back)]


_NOTHING = "Nothing was installed."
_UNKEPT = "Slack has said yes, but the database of bmm does not answer, so nothing of it was kept."
_STALE = "This install was not finished"
_STALE_TOLD = (
    "It was begun in another browser, more than ten minutes ago, or it is finished already. Nothing was changed.",
    "Please start again, and stay in this browser with cookies allowed.",
)
_OPERATOR = "Whoever runs this bmm can mend it: "
_HELP = {
    "access_denied": ("It was not allowed", "Somebody chose not to allow it. Nothing was installed.",
        "If your workspace has apps approved first, ask an administrator; otherwise start again."),
    "bad_redirect_uri": ("Slack does not know the way back", _NOTHING,
        f"{_OPERATOR}the address of this page belongs under OAuth & Permissions, Redirect URLs, of the Slack app."),
    "invalid_team_for_non_distributed_app": ("This app is for one workspace", _NOTHING,
        f"{_OPERATOR}under Manage Distribution the Slack app can be opened to other workspaces."),
    "invalid_scope": ("Slack does not know a permission", _NOTHING,
        f"{_OPERATOR}the manifest of the Slack app is older than this bmm; `bmm manifest slack` writes a new one."),
    "bad_client_secret": ("Slack does not take our word", _NOTHING,
        f"{_OPERATOR}BMM_SLACK_CLIENT_SECRET is not the secret of this Slack app. `bmm doctor` looks at it."),
    "invalid_client_id": ("Slack does not know this app", _NOTHING,
        f"{_OPERATOR}BMM_SLACK_CLIENT_ID is not the id of a Slack app. `bmm doctor` looks at it."),
    "invalid_code": ("Slack's answer was used already", _NOTHING, "It is good for one use and ten minutes."),
    "no_bot_token": ("Slack gave no permission for a bot", _NOTHING,
        f"{_OPERATOR}the Slack app needs a bot user. `bmm manifest slack` writes a manifest that has one."),
}  # fmt: skip
_HELP |= {"bad_redirect_url": _HELP["bad_redirect_uri"], "code_already_used": _HELP["invalid_code"]}


def _refused(code: str) -> web.Response:
    """Slack came back with an error instead of a code."""
    return _told(code, 400)


def _not_granted(code: str) -> web.Response:
    log.error("Slack did not grant an install", extra={"error": code if _CODE.fullmatch(code) else "?"})
    return _told(code, 400 if code in ("invalid_code", "code_already_used") else 502)


def _told(code: str, status: int) -> web.Response:
    named = f" Its word for it is “{code}”." if _CODE.fullmatch(code) else ""
    unknown = ("Slack did not finish this", f"{_NOTHING}{named}", "Please start again, or ask whoever runs this bmm.")
    title, *sentences = _HELP.get(code, unknown)
    return pages.failed(status, title, sentences)


def _encrypted(request: web.Request) -> bool:
    """Whether the browser came by https, to us or to the proxy before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip() == "https"
