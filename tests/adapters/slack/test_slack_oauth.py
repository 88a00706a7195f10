"""Installing by a link: what people see, what is kept, and what is refused."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.installing import pages
from bot.ports import Store
from manifest.permissions import scopes
from tests.adapters.slack.slack_installs import ROOM, Browser, House, Page, house, replica
from tests.fakes.slack_oauth import CLIENT, SECRET


async def began(here: House) -> str:
    """Somebody has followed the link to Slack."""
    return (await here.browser.get(f"{here.url}/slack/install")).link


async def came_back(here: House, address: str) -> str:
    """What the page says first to somebody whom Slack sends back."""
    page = await here.browser.get(address)
    assert (page.status, SECRET in page.text) == (400, False)
    return page.title


async def test_the_page_says_why_each_permission_is_asked_for(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        page = await here.browser.get(f"{here.url}/slack/install")
        asked = parse_qs(urlsplit(page.link).query)
        assert page.status == 200
        assert asked["scope"] == [",".join(scopes())]
        assert asked["client_id"] == [CLIENT]
        for scope, why in scopes().items():
            assert scope in page.text
            assert why[1:] in page.text.replace("&#x27;", "'")


async def test_more_is_asked_for_only_where_somebody_chooses_it(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        page = await here.browser.get(f"{here.url}/slack/install")
        assert "It hears &lt;more&gt;." in page.text
        assert 'href="/slack/install?with=listen"' in page.text
        for chosen, scope in (("listen", "channels:history"), ("listen,nonsense,<b>", "channels:history")):
            page = await here.browser.get(f"{here.url}/slack/install?with={chosen}")
            assert scope in parse_qs(urlsplit(page.link).query)["scope"][0]
            assert ("with=" in page.text, "<b>" in page.text) == (False, False)


def test_nothing_on_a_page_is_markup_that_we_did_not_write() -> None:
    awkward = "<img src=x onerror=alert(1)>\"'&"
    for page in (
        pages.install(awkward, {awkward: awkward}, {awkward: awkward}),
        pages.installed(awkward, awkward, False),
        pages.failed(400, awkward, [awkward], awkward),
    ):
        assert page.text is not None
        assert "<img" not in page.text
        assert not re.search(r'="[^"]*onerror=alert\(1\)>"', page.text)


async def test_the_page_lets_nothing_in_and_is_kept_nowhere(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        page = await here.browser.get(f"{here.url}/slack/install", **{"X-Forwarded-Proto": "https"})
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "<script" not in page.text
        [cookie] = page.cookies.values()
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
        [plain] = (await elsewhere(f"{here.url}/slack/install")).cookies.values()
        assert plain["secure"] == ""


async def elsewhere(address: str) -> Page:
    """An address in another browser."""
    browser = Browser()
    try:
        return await browser.get(address)
    finally:
        await browser.session.close()


async def test_two_workspaces_install_it_and_each_is_answered_by_its_own_token(database_url: str) -> None:
    async with house(database_url) as here:
        for team in ("T1ACME", "T2ZETA"):
            page = await here.install(team)
            assert (page.status, page.title) == (200, f"bmm is in Team {team}")
            assert "/invite @bmm" in page.text
            person = here.person(team, f"U{team}", "Anna")
            assert await person.mention(ROOM, "the badge printer on 3 jams")
        await here.bot.settle()
        for team in ("T1ACME", "T2ZETA"):
            [card, *_] = here.slack.workspace(team).posts(ROOM)
            assert "printer" in card.text
            mine = here.slack.newest(team)
            assert {call.token for call in here.slack.journal.calls if call.team == team} == {mine}


async def test_what_is_kept_is_sealed_and_opens_for_its_own_workspace_only(database_url: str) -> None:
    async with house(database_url) as here:
        for team in ("T1ACME", "T2ZETA"):
            await here.install(team)
        rows = await here.rows()
        assert [row.id for row in rows] == ["slack:T1ACME", "slack:T2ZETA"]
        assert not any(secret in repr(rows) for secret in here.slack.secrets)

        def swap(store: Store) -> None:
            for row, other in zip(rows, reversed(rows), strict=True):
                store.put(replace(row, sealed=other.sealed))

        await here.bot.database.write(swap, None)
        async with replica(database_url, here.slack, here.clock) as fresh:
            told = await fresh.person("T1ACME", "U1", "Anna").deliver(_mention(fresh))
            assert told.status == 503
            await fresh.bot.settle()
        assert here.slack.journal.tokens("chat.postMessage") == []


def _mention(here: House) -> dict[str, object]:
    person = here.person("T1ACME", "U1", "Anna")
    said = person.slack.post(ROOM, "U1", f"<@{person.slack.bot}> printer")
    return person.event("app_mention", ROOM, said)


async def test_a_state_is_good_once_in_its_own_browser_for_ten_minutes(database_url: str) -> None:
    async with house(database_url) as here:
        here.slack.back = f"{here.url}/slack/oauth_redirect"
        used = here.slack.agrees(await began(here), "T1ACME")
        assert (await here.browser.get(used)).status == 200
        assert await came_back(here, used) == "This install was not finished"

        theirs = here.slack.agrees(await began(here), "T2ZETA")
        assert (await elsewhere(theirs)).status == 400

        late = here.slack.agrees(await began(here), "T2ZETA")
        here.clock.advance(timedelta(minutes=10))
        assert await came_back(here, late) == "This install was not finished"
        assert [row.id for row in await here.rows()] == ["slack:T1ACME"]
        assert here.slack.counted()["oauth.v2.access"] == 1


@pytest.mark.parametrize("state", ["", "x", "v1.00000000.AAAA", "v1.%00.€", "a" * 5000])
async def test_a_forged_state_is_refused_before_slack_is_asked(state: str, sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await began(here)
        address = f"{here.url}/slack/oauth_redirect?code=x&state={state}"
        assert await came_back(here, address) == "This install was not finished"
        assert here.slack.counted()["oauth.v2.access"] == 0


async def test_a_state_that_was_changed_is_refused(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        here.slack.back = f"{here.url}/slack/oauth_redirect"
        address = here.slack.agrees(await began(here), "T1ACME")
        assert await came_back(here, address[:-3] + "abc") == "This install was not finished"
        assert await here.rows() == []


async def test_the_request_url_is_verified_before_anybody_has_installed_it(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        nobody = here.person("T1ACME", "U0", "Nobody")
        told = await nobody.deliver({"type": "url_verification", "challenge": "c"})
        assert (told.status, told.body) == (200, {"challenge": "c"})


@pytest.mark.parametrize("raw", [b"\xff\xfe", b'"\\377"', b"", b"\xed\xa0\x80"])
async def test_a_cookie_that_is_no_text_is_a_wrong_one(raw: bytes, sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        page = await here.browser.get(f"{here.url}/slack/install")
        back = urlsplit(here.slack.agrees(page.link, "T1ACME"))
        [name] = page.cookies
        host, port = urlsplit(here.url).netloc.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        asked = f"GET /slack/oauth_redirect?{back.query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {name}="
        writer.write(asked.encode() + raw + b"\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert (answer.split(b" ")[1], b"This install was not finished" in answer) == (b"400", True)
        assert await here.rows() == []


async def test_another_replica_finishes_what_one_began(database_url: str) -> None:
    async with house(database_url) as here, replica(database_url, here.slack, here.clock) as other:
        here.slack.back = f"{other.url}/slack/oauth_redirect"
        address = here.slack.agrees(await began(here), "T1ACME")
        assert (await here.browser.get(address)).status == 200  # cookies know no ports
        again = address.replace(other.url, here.url)
        assert await came_back(here, again) == "This install was not finished"


async def test_two_tabs_do_not_disturb_each_other(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        here.slack.back = f"{here.url}/slack/oauth_redirect"
        first, second = await began(here), await began(here)
        assert (await here.browser.get(here.slack.agrees(first, "T1ACME"))).status == 200
        assert (await here.browser.get(here.slack.agrees(second, "T2ZETA"))).status == 200


@pytest.mark.parametrize(
    ("error", "title", "helps"),
    [
        ("access_denied", "It was not allowed", "administrator"),
        ("invalid_scope", "Slack does not know a permission", "bmm manifest slack"),
        ("some_new_error", "Slack did not finish this", "some_new_error"),
        ("<script>alert(1)</script>", "Slack did not finish this", "start again"),
    ],
)
async def test_a_no_from_slack_is_explained(error: str, title: str, helps: str, sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        here.slack.back = f"{here.url}/slack/oauth_redirect"
        page = await here.browser.get(here.slack.refuses(await began(here), error))
        assert (page.status, page.title) == (400, title)
        assert helps in page.text
        assert "<script" not in page.text
        assert page.link == "/slack/install"


async def test_a_slack_that_does_not_answer_or_refuses_the_code_is_explained(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        here.slack.back = f"{here.url}/slack/oauth_redirect"
        for kind, error, status in (
            ("broken_before", "", 502),
            ("garbage", "", 502),
            ("dropped_before", "", 502),
            ("throttled", "", 502),
            ("error", "invalid_code", 400),
            ("error", "bad_redirect_uri", 502),
            ("error", "bad_client_secret", 502),
        ):
            here.slack.fail(kind, "oauth.v2.access", error=error)  # type: ignore[arg-type]
            page = await here.browser.get(here.slack.agrees(await began(here), "T1ACME"))
            assert page.status == status, kind
            assert "Nothing was installed" in page.text
        assert await here.rows() == []


async def test_names_of_workspaces_are_no_markup(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        page = await here.install("T<b>&")
        assert page.title == "bmm is in Team T<b>&"
        assert "<b>" not in page.text


async def test_installing_again_takes_the_new_token(database_url: str) -> None:
    async with house(database_url) as here:
        await here.install("T1ACME")
        old = here.slack.newest("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        await here.install("T1ACME")
        await anna.mention(ROOM, "the printer jams")
        await here.bot.settle()
        assert old not in here.slack.journal.tokens("chat.postMessage")
        assert here.slack.newest("T1ACME") in here.slack.journal.tokens("chat.postMessage")
        assert len(await here.rows()) == 1


async def test_a_workspace_that_has_not_installed_it_reaches_nothing(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.install("T1ACME")
        await here.person("T9OTHER", "U9", "Zoe").mention(ROOM, "the printer jams")
        await here.bot.settle()
        assert here.slack.journal.tokens("chat.postMessage") == []
