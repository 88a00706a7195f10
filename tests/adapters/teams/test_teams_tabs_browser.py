"""The tabs in a real browser; a stand-in for Microsoft's library answers at its address, under its own integrity."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright, expect

from adapters.teams.tabs import html, pages
from bot.items import Item
from bot.messages import Button, Controls, Heading, Message, Text, When, Words
from bot.ports import Query
from bot.wire import pack
from dialogs.intents import LogTo, TakeItem
from tests.adapters.teams.tabs_stage import OPS, Stage, opened, token
from tests.harness import MONDAY
from tests.needs import needs

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
STUB = """
const given = GIVEN;
const answer = (name, value) => async (...said) => {
  (window.called ??= []).push([name, ...said]);
  if (given.fails?.[name]) throw new Error(given.fails[name]);
  return value;
};
window.microsoftTeams = {
  app: {
    initialize: answer("initialize"),
    getContext: answer("getContext", { app: { theme: given.theme }, channel: { id: given.channel } }),
    registerOnThemeChangeHandler: (handler) => (window.changeTheme = handler),
    notifySuccess: answer("notifySuccess"),
    openLink: answer("openLink"),
  },
  authentication: { getAuthToken: answer("getAuthToken", given.token) },
  pages: {
    config: {
      registerOnSaveHandler: (handler) => (window.save = handler),
      setConfig: answer("setConfig"),
      setValidityState: answer("setValidityState"),
    },
  },
};
window.given = given;
"""

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """A team whose channel has spoken."""
    async with opened(sqlite_url) as stage:
        await stage.say("ada", "the badge printer on 3 jams, need it fixed before Friday")
        yield stage


@pytest.fixture
async def tab(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Opens tabs; at the end none of them may have complained, but of what is refused here on purpose."""
    complaints: list[str] = []

    def heard(text: str) -> None:
        if "Failed to load resource" not in text and "'integrity' attribute" not in text:
            complaints.append(text)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=needs("browser"), args=FLAGS)

        async def show(
            name: str = "home",
            who: str = "ada",
            width: int = 1000,
            clock: bool = False,
            altered: bool = False,
            **given: Any,
        ) -> Page:
            page = await browser.new_page(viewport={"width": width, "height": 800}, timezone_id="Asia/Tokyo")
            page.on("pageerror", lambda error: heard(str(error)))
            page.on("console", lambda said: heard(said.text) if said.type == "error" else None)
            if clock:
                await page.clock.install()
            library = STUB.replace(
                "GIVEN", json.dumps({"theme": "default", "channel": OPS, "token": token(who), **given})
            )
            monkeypatch.setattr(pages, "INTEGRITY", integrity(library))
            await page.route(pages.LIBRARY, served(library + "//" * altered))
            await page.goto(f"{stage.url}/teams/{name}")
            return page

        yield show
        await browser.close()
    assert complaints == []


def integrity(text: str) -> str:
    """What a browser compares a script with."""
    return "sha384-" + base64.b64encode(hashlib.sha384(text.encode()).digest()).decode()


def served(text: str) -> Callable[[Route], Awaitable[None]]:
    """Answers with a script from elsewhere."""

    async def serve(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        await route.fulfill(body=text, content_type="text/javascript", headers=headers)

    return serve


async def called(page: Page, name: str) -> list[Any]:
    """What Teams was asked to do."""
    every: list[list[Any]] = await page.evaluate("window.called")
    return [said[1:] for said in every if said[0] == name]


# --- Teams around it


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("theme", ["default", "dark", "contrast"])
@pytest.mark.parametrize("name", ["home", "board"])
async def test_a_tab_is_drawn_in_every_theme_and_width(tab: Open, name: str, theme: str, width: int) -> None:
    page = await tab(name, width=width, theme=theme)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your page" if name == "home" else "Board of Ops")
    assert await page.locator("html").get_attribute("data-theme") == theme
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name="Open").first.click()
    dialog = page.get_by_role("dialog", name="OPS-1 The badge printer")
    await dialog.get_by_text("More", exact=True).click()
    await expect(dialog.get_by_role("button", name="Assign to")).to_be_visible()
    assert await page.evaluate("document.getElementById('dialog').scrollWidth") <= width
    assert await called(page, "notifySuccess") == [[]]


async def test_the_theme_is_followed_while_the_tab_is_open(tab: Open) -> None:
    page = await tab()
    await expect(page.get_by_role("heading", name="Your page")).to_be_visible()
    seen = set()
    for theme in ("dark", "contrast", "default"):
        await page.evaluate("theme => changeTheme(theme)", theme)
        assert await page.locator("html").get_attribute("data-theme") == theme
        seen.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert seen == {"rgb(31, 31, 31)", "rgb(0, 0, 0)", "rgb(245, 245, 245)"}


async def test_another_library_than_the_published_one_does_not_run(tab: Open) -> None:
    page = await tab(altered=True)
    await expect(page.get_by_role("alert")).to_contain_text("Microsoft's library for Teams did not load.")
    assert await page.evaluate("window.called") is None


async def test_outside_of_teams_it_says_where_it_belongs(tab: Open, stage: Stage) -> None:
    page = await tab(fails={"initialize": "No Parent window found."})
    await expect(page.get_by_role("alert")).to_contain_text("This page belongs in Microsoft Teams.")
    await expect(page.get_by_role("button")).to_have_count(0)
    assert stage.core.asked == []


async def test_whom_teams_does_not_name_may_try_again(tab: Open) -> None:
    page = await tab(fails={"getAuthToken": "resourceDisabled"})
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("Teams did not say who you are: resourceDisabled")
    await page.evaluate("given.fails = {}")
    await alert.get_by_role("button", name="Try again").press("Enter")
    await expect(page.get_by_role("heading", name="Your page")).to_be_visible()


async def test_a_stranger_reads_how_to_begin(tab: Open, stage: Stage) -> None:
    stage.people.known.clear()
    page = await tab()
    await expect(page.get_by_role("alert")).to_contain_text("Open the Chat tab beside this one")


async def test_a_board_that_is_no_channels_says_so(tab: Open) -> None:
    page = await tab("board", channel="")
    await expect(page.get_by_role("alert")).to_contain_text("There is no channel here.")


async def test_the_tab_of_a_channel_is_added_by_teams_own_button(tab: Open, stage: Stage) -> None:
    page = await tab("configure")
    await expect(page.get_by_role("heading", name="The board of this channel")).to_be_visible()
    await page.wait_for_function("() => Boolean(window.save)")
    assert await called(page, "setValidityState") == [[True]]
    assert await page.evaluate("new Promise(done => save({ notifySuccess: () => done('saved') }))") == "saved"
    (config,) = (await called(page, "setConfig"))[0]
    assert config["contentUrl"] == f"{stage.url}/teams/board?theme={{theme}}"
    assert config["entityId"] == "board"


# --- what is done there


async def test_a_form_is_filled_with_the_keyboard_and_errors_keep_what_was_typed(tab: Open) -> None:
    page = await tab("board")
    await page.get_by_role("button", name="Open").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Edit").press("Enter")
    dialog = page.get_by_role("dialog", name="Edit OPS-1")
    title = dialog.get_by_label("Title")
    await expect(title).to_be_focused()
    await dialog.get_by_label("Outcome").fill("It prints.")
    await title.fill("")
    await title.press("Enter")
    await expect(dialog.get_by_text("This is needed.")).to_be_visible()
    await expect(title).to_be_focused()
    await expect(title).to_have_attribute("aria-invalid", "true")
    await expect(dialog.get_by_label("Outcome")).to_have_value("It prints.")
    await title.fill("The printer <b>jams</b>")
    await title.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.locator("#said").get_by_role("status")).to_contain_text("OPS-1")
    await expect(page.get_by_text("The printer <b>jams</b>")).to_be_visible()
    await expect(page.get_by_role("button", name="Open")).to_be_focused()


async def test_what_was_done_is_said_shortly_and_can_be_undone_there(tab: Open) -> None:
    page = await tab("board")
    await page.get_by_role("button", name="Open").click()
    await page.get_by_role("dialog").get_by_role("button", name="Take it").click()
    said = page.locator("#said").get_by_role("status")
    await expect(said).to_contain_text("is yours")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await said.get_by_role("button", name="Undo").press("Enter")
    await expect(said).not_to_contain_text("is yours")
    await page.get_by_role("button", name="Dismiss").click()
    await expect(said).to_have_text("")


async def test_while_bmm_is_away_a_form_stays_open_and_is_then_done_once(tab: Open, stage: Stage) -> None:
    page = await tab()
    await page.get_by_role("button", name="Log an ask").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox").first.fill("two more monitors for the new desks")
    stage.core.down = True
    await dialog.get_by_role("button", name="Log it").or_(dialog.locator("[type=submit]")).first.click()
    await expect(dialog.get_by_role("alert")).to_contain_text("try again in a moment")
    await expect(dialog.get_by_role("textbox").first).to_have_value("two more monitors for the new desks")
    stage.core.down = False
    await dialog.locator("[type=submit]").click()
    await expect(dialog.get_by_role("alert")).to_be_hidden()
    await expect(page.locator("main")).to_contain_text("monitors")


async def test_a_press_whose_answer_was_lost_is_known_as_the_same_again(tab: Open, stage: Stage) -> None:
    page = await tab("board")
    await page.get_by_role("button", name="Open").click()
    lost: list[str] = []

    async def lose(route: Route) -> None:
        lost.append(json.loads(route.request.post_data or "{}")["nonce"])
        if len(lost) > 1:
            await route.continue_()
        else:
            await route.fetch()
            await route.abort()

    await page.route("**/api/press", lose)
    take = page.get_by_role("dialog").get_by_role("button", name="Take it")
    await take.click()
    status = page.get_by_role("dialog").get_by_role("status")
    await expect(status).to_contain_text("bmm does not answer.")
    await take.click()
    await expect(page.locator("#said").get_by_role("status")).to_contain_text("is yours")
    assert lost[0] == lost[1]
    assert len({each.key for each in stage.core.asked if each.intent.startswith("item.take")}) == 1


async def test_a_menu_is_worked_with_the_keyboard(tab: Open, stage: Stage) -> None:
    await take(stage)
    page = await tab()
    menu = page.get_by_text("Do next")
    await menu.press("ArrowDown")
    await expect(page.get_by_role("button", name="Open").first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(menu).to_be_focused()
    await expect(page.get_by_role("group", name="Do next")).to_be_hidden()
    await menu.press("Enter")
    await page.get_by_role("group", name="Do next").get_by_role("button", name="Open").press("Enter")
    await expect(page.get_by_role("dialog", name="OPS-1")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(menu).to_be_focused()


async def test_what_others_do_appears_and_leaves_ones_place_alone(tab: Open, stage: Stage) -> None:
    await take(stage)
    page = await tab(clock=True)
    menu = page.get_by_text("Do next")
    await menu.click()
    option = page.get_by_role("group", name="Do next").get_by_role("button", name="Open")
    await option.focus()
    await page.evaluate("document.querySelector('details[open]').mark = 'same'")
    await stage.say("ada", "please order two more monitors for the new desks")
    await page.clock.fast_forward(21_000)
    await expect(page.locator("main")).to_contain_text("OPS-2")
    await expect(option).to_be_focused()
    assert await page.evaluate("document.querySelector('details[open]').mark") == "same"


async def test_a_page_that_cannot_be_kept_up_to_date_says_so_until_it_is(tab: Open, stage: Stage) -> None:
    page = await tab(clock=True)
    await expect(page.get_by_role("heading", name="Your page")).to_be_visible()
    stage.core.down = True
    await page.clock.fast_forward(21_000)
    await expect(page.locator("#said").get_by_role("status")).to_contain_text("may not be up to date")
    await expect(page.get_by_role("heading", name="Your page")).to_be_visible()
    stage.core.down = False
    await page.clock.fast_forward(21_000)
    await expect(page.locator("#said").get_by_role("status")).to_have_text("")


async def test_whoever_has_left_the_channel_sees_its_board_no_longer(tab: Open, stage: Stage) -> None:
    page = await tab("board", clock=True)
    await expect(page.get_by_text("OPS-1")).to_be_visible()
    stage.people.there = {}
    await page.clock.fast_forward(21_000)
    await expect(page.get_by_role("alert")).to_contain_text("for the people of its channel")
    await expect(page.get_by_text("OPS-1")).to_have_count(0)


async def test_what_cannot_be_undone_is_asked_first(tab: Open) -> None:
    page = await tab("board")
    await expect(page.get_by_text("OPS-1")).to_be_visible()
    button = Button(Words("Drop all"), LogTo(), "danger", Words("Everything goes."))
    drawn = Message(Words("x"), (Heading(Words("Board")), Controls((button,))))
    answer = {"html": html.message(drawn, lambda _: False), "title": "x"}
    await page.route("**/api/board?*", lambda route: route.fulfill(json=answer))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await page.get_by_role("button", name="Drop all").click()
    sure = page.get_by_role("dialog", name="Are you sure?")
    await expect(sure).to_contain_text("Everything goes.")
    await expect(sure.get_by_role("button", name="Keep it as it is")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(sure).to_be_hidden()
    assert sent == []
    await page.get_by_role("button", name="Drop all").click()
    await sure.get_by_role("button", name="Drop all").click()
    await expect(page.get_by_role("dialog").locator("form").first).to_be_visible()
    assert len(sent) == 1


async def test_times_stand_in_the_readers_own_zone_and_links_into_teams_stay_there(tab: Open) -> None:
    page = await tab()
    await expect(page.get_by_role("heading", name="Your page")).to_be_visible()
    drawn = Message(Words("x"), (Text(Words("at {when}", {"when": When(MONDAY, "time")})),))
    answer = {"html": html.message(drawn, lambda _: False), "title": "x"}
    await page.get_by_role("link", name="asked here").click()
    assert (await called(page, "openLink"))[0][0].startswith("https://teams.microsoft.com/l/message/")
    await page.route("**/api/home", lambda route: route.fulfill(json=answer))
    await page.route("**/api/home?*", lambda route: route.fulfill(json=answer))
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(page.get_by_text("at 07:00 PM")).to_be_visible()


async def take(stage: Stage) -> None:
    """Let Ada have the only item."""
    found = await stage.core.bot.database.read(lambda store: store.find(Item, Query()), None)
    await stage.post("press", intent=pack(TakeItem(found[0].id)))
