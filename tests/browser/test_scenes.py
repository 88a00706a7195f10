"""What a newcomer does on the first day: ask for something, hold a meeting with two people voting, read the minutes."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.needs import needs
from tests.running import Running, running

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Running]:
    """`bmm play --empty`, as it is started by hand."""
    with running(tmp_path, "play", "--empty", "--port", "0") as started:
        yield started


@pytest.fixture
async def window(program: Running) -> AsyncIterator[Open]:
    """Opens a window for somebody; at the end none of them may have complained."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=needs("browser"), args=FLAGS)

        async def opened(who: str, width: int = 1280, path: str = "/") -> Page:
            page = await browser.new_page(viewport={"width": width, "height": 900})
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(f"{program.url}{path}?as={who}")
            return page

        yield opened
        await browser.close()
    assert complaints == []


async def say(page: Page, text: str) -> None:
    """Write to the channel that is open."""
    box = page.get_by_label(re.compile("Write to")).first
    await box.fill(text)
    await box.press("Enter")


async def press(page: Page, label: str) -> None:
    """Press the newest button of this name."""
    await page.get_by_role("button", name=label, exact=True).last.click()


async def test_an_ask_is_logged_and_its_questions_are_answered_by_button_and_by_form(window: Open) -> None:
    ada = await window("ada")
    await say(ada, "@bmm the badge printer on 3 jams, need it fixed before the audit on Friday")
    thread = ada.get_by_role("complementary").or_(ada.locator("body")).last
    await expect(thread.get_by_text("OPS-1 logged").first).to_be_visible()
    await expect(thread.get_by_text("how urgent is it?").first).to_be_visible()
    await press(ada, "High")
    await expect(thread.get_by_text("what will be true when this is done?").first).to_be_visible()
    await press(ada, "Answer")
    form = ada.get_by_role("dialog")
    await form.get_by_role("textbox").first.fill("badges print again")
    await form.get_by_role("button", name="Save").click()
    await expect(thread.get_by_text("badges print again").first).to_be_visible()
    await expect(ada.get_by_text("what will be true when this is done?")).to_have_count(0)


async def test_two_people_vote_in_two_windows_and_the_meeting_ends_with_minutes(window: Open) -> None:
    ada, ben = await window("ada"), await window("ben", 400)
    await say(ada, "@bmm the lift to floor 4 stops between floors")
    await expect(ada.get_by_text("OPS-1 logged").first).to_be_visible()
    await say(ada, "/bmm start 30")
    await expect(ben.get_by_text("Refinement of ops: kick-off").first).to_be_visible()
    await press(ada, "Begin")
    await press(ada, "Call a vote")
    await ada.get_by_text("on the estimate").last.click()
    await press(ada, "3")
    await expect(ada.get_by_text("You chose 3").first).to_be_visible()
    await expect(ben.get_by_text("1 voted").first).to_be_visible()
    await expect(ben.get_by_text("You chose 3")).to_have_count(0)
    await press(ben, "5")
    await expect(ada.get_by_text("One step apart").first).to_be_visible()
    await press(ada, "Decide: 5")
    await expect(ben.get_by_text("Decided: 5").first).to_be_visible()
    await press(ada, "Next")
    await press(ada, "End and post minutes")
    await expect(ben.get_by_text(re.compile("^Minutes of ops")).first).to_be_visible()
    await expect(ben.get_by_text("estimate 5").first).to_be_visible()
    await expect(ben.get_by_text("The refinement meeting is over").first).to_be_visible()


async def test_a_message_of_somebody_else_is_logged_from_its_menu_and_the_asker_finds_it_at_home(window: Open) -> None:
    ada, ben = await window("ada"), await window("ben", 400)
    await say(ben, "the lift in the west wing is stuck again, fix by Friday")
    said = ada.locator(".said", has_text="west wing")
    await said.hover()
    await ada.get_by_role("button", name="What can be done with the message of Ben Lindqvist").click()
    await ada.get_by_role("menuitem", name="Log to backlog").click()
    form = ada.get_by_role("dialog", name="Log a message")
    await expect(form.get_by_label("What is asked for?")).to_have_value(re.compile("west wing"))
    await form.get_by_role("button", name="Log").click()
    await expect(ben.get_by_role("button", name="1 reply")).to_be_visible()
    await ben.get_by_role("button", name="Channels and people").click()
    await ben.get_by_role("link", name="Home").click()
    await expect(ben.locator(".home").get_by_text("OPS-1")).to_be_visible()
    await say(ada, "/bmm prioritise 1 high")
    await expect(ben.locator(".home").get_by_text("High")).to_be_visible()
    await ben.locator(".home").get_by_role("button", name="Open").click()
    card = ben.get_by_role("dialog", name="Only you can see this")
    await card.get_by_role("button", name="Take it").click()
    await expect(card.get_by_text("OPS-1 is yours")).to_be_visible()
    await card.get_by_role("button", name="Close").last.click()
    await expect(ben.locator(".home").get_by_role("button", name="Do next")).to_be_visible()


async def test_an_ask_follows_its_message_when_it_is_edited(window: Open) -> None:
    ada = await window("ada")
    await say(ada, "@bmm the badge printer jams")
    await expect(ada.get_by_text("OPS-1 logged").first).to_be_visible()
    await ada.locator(".said").first.hover()
    await ada.get_by_role("button", name="What can be done with the message of Ada Okafor").first.click()
    await ada.get_by_role("menuitem", name="Edit").click()
    form = ada.get_by_role("dialog", name="Edit your message")
    await form.get_by_label("Message").fill("@bmm the badge printer on 3 jams, by Friday")
    await form.get_by_role("button", name="Save").click()
    await expect(ada.get_by_text("OPS-1 follows your edit").first).to_be_visible()
    await expect(ada.get_by_text("The badge printer on 3 jams").first).to_be_visible()


async def test_the_stand_up_and_the_board_show_what_moves_without_a_reload(window: Open) -> None:
    ada, wall = await window("ada"), await window("ben", path="/board")
    await say(ada, "/bmm add the VPN drops every hour, urgent")
    await expect(ada.get_by_text("OPS-1 logged").first).to_be_visible()
    await expect(wall.get_by_text("VPN drops every hour").first).to_be_visible()
    await say(ada, "/bmm outcome 1 a night passes without a reconnect")
    await expect(ada.get_by_text("is noted").first).to_be_visible()
    await say(ada, "/bmm move 1 doing")
    in_progress = wall.get_by_role("region", name=re.compile("IN PROGRESS")).or_(
        wall.locator("section", has_text="IN PROGRESS")
    )
    await expect(in_progress.get_by_text("OPS-1").first).to_be_visible()
    await say(ada, "/bmm dsu")
    await expect(ada.get_by_text("Stand-up of ops").first).to_be_visible()


async def test_what_was_said_is_still_there_after_a_stop_and_a_start(tmp_path: Path) -> None:
    program = needs("browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = await browser.new_page()
        with running(tmp_path, "play", "--empty", "--port", "0") as first:
            await page.goto(f"{first.url}/?as=ada")
            await say(page, "@bmm the gate opens at night")
            await expect(page.get_by_text("OPS-1 logged").first).to_be_visible()
            assert await asyncio.to_thread(first.stop) == 0
        with running(tmp_path, "play", "--port", "0") as second:
            await page.goto(f"{second.url}/?as=ada")
            await say(page, "/bmm show 1")
            await expect(page.get_by_text("The gate opens at night").first).to_be_visible()
        await browser.close()
