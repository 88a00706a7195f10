"""The playground in a real browser."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.messages import Bar, Bars, Button, Choice, Controls, Facts, Field, Form, Heading, Message, Quote, Text, Words
from bot.ports import Errors, Sending
from tests.adapters.playground.conftest import Room
from tests.adapters.playground.intents import Do, Rename
from tests.needs import needs

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SCRIPT = "<script>document.title='taken'</script><img src=x onerror=alert(1)> **not bold**"
FORM = Form(Words("Edit OPS-1"), (Field("title", Words("Title?")),), Rename(), Words("Save"))
CARD = Message(
    Words("OPS-1 logged."),
    (
        Heading(Words("{key}  {title}", {"key": "OPS-1", "title": SCRIPT})),
        Quote(SCRIPT),
        Facts(((Words("Lane"), Words("BACKLOG")), (Words("A rather long label"), Words("{word}", {"word": "x" * 90})))),
        Bars((Bar(Words("5"), 3), Bar(Words("8"), 1)), 4),
        Controls(
            (
                Button(Words("Edit"), Rename(), "primary"),
                Choice(Words("Priority"), (Button(Words("High"), Do("high")), Button(Words("Low"), Do("low"))), 0),
            )
        ),
    ),
)

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def window(room: Room) -> AsyncIterator[Open]:
    """Opens windows; at the end none of them may have complained."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=needs("browser"), args=FLAGS)

        async def opened(path: str = "/?as=ada&channel=ops", width: int = 1280) -> Page:
            page = await browser.new_page(viewport={"width": width, "height": 800})
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("dialog", lambda _: complaints.append("a script ran"))
            await page.goto(room.url + path)
            return page

        yield opened
        await browser.close()
    assert complaints == []


async def wait_for(true: Callable[[], object]) -> bool:
    """Give way until something is true of what reached the core. Raises TimeoutError."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.02)
    return True


async def test_words_arrive_live_as_text_and_the_answer_opens_beside_them(room: Room, window: Open) -> None:
    ada, ben = await window(), await window("/?as=ben&channel=ops")
    await expect(ben.get_by_role("heading", name="Nothing was said here yet")).to_be_visible()
    box = ada.get_by_role("combobox", name="Write to #ops, or ask @bmm")
    await box.press_sequentially("@b")
    await expect(ada.get_by_role("option", name="bmm the bot")).to_be_visible()
    await box.press("Enter")
    await box.press_sequentially(SCRIPT)
    await box.press("Enter")
    await expect(ben.locator(".said")).to_have_text(f"@bmm {SCRIPT}")
    await expect(ada.get_by_text("bmm is on it")).to_be_visible()
    await room.show(CARD, thread=room.core.kept[0].message)
    thread = ada.get_by_role("complementary", name="Thread")
    await expect(thread.locator("blockquote")).to_have_text(SCRIPT)
    await expect(thread.get_by_text("3 of 4")).to_be_visible()
    await expect(ada.get_by_text("bmm is on it")).to_have_count(0)
    await expect(ben.get_by_role("button", name="1 reply")).to_be_visible()
    assert "taken" not in await ada.title() + await ben.title()


async def test_an_answer_that_comes_before_the_receipt_leaves_nothing_waiting(room: Room, window: Open) -> None:
    room.core.react = lambda event: room.show(CARD, thread=event.message)
    page = await window()
    box = page.get_by_role("combobox", name="Write to #ops, or ask @bmm")
    await box.fill("@bmm the printer jams")
    await box.press("Enter")
    await expect(page.get_by_role("complementary", name="Thread").get_by_text("BACKLOG")).to_be_visible()
    await expect(box).to_have_value("")
    await expect(page.get_by_text("bmm is on it")).to_have_count(0)


async def test_a_form_keeps_its_values_with_errors_and_closes(room: Room, window: Open) -> None:
    room.core.answer = lambda event: FORM if event.how == "control" else Errors({"title": Words("Say more.")})
    await room.show(CARD)
    page = await window()
    await page.get_by_role("button", name="Edit").press("Enter")
    dialog = page.get_by_role("dialog", name="Edit OPS-1")
    await dialog.get_by_label("Title?").fill("abc")
    await dialog.get_by_label("Title?").press("Enter")
    await expect(dialog.get_by_text("Say more.")).to_be_visible()
    await expect(dialog.get_by_label("Title?")).to_have_value("abc")
    await expect(dialog.get_by_label("Title?")).to_be_focused()
    room.core.answer = lambda _: None
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    assert room.core.asked[-1].values == {"title": "abc"}


async def test_a_menu_is_worked_with_the_keyboard_and_its_answer_is_private(room: Room, window: Open) -> None:
    room.core.answer = lambda _: Message(Words("Now Low."))
    await room.show(CARD)
    ada, ben = await window(), await window("/?as=ben&channel=ops")
    await ada.get_by_role("button", name="Priority High").press("Enter")
    await ada.get_by_role("menuitemradio", name="High").press("ArrowDown")
    await ada.get_by_role("menuitemradio", name="Low").press("Enter")
    await expect(ada.locator(".receipt")).to_contain_text("Now Low.")
    await expect(ada.get_by_text("Only you can see this")).to_be_visible()
    await expect(ada.get_by_role("button", name="Priority High")).to_be_focused()
    await expect(ben.get_by_role("button", name="Priority High")).to_be_visible()
    await expect(ben.get_by_text("Now Low.")).to_have_count(0)


async def test_what_was_missed_while_the_line_was_down_is_fetched(room: Room, window: Open) -> None:
    page = await window()
    await expect(page.get_by_role("heading", name="Nothing was said here yet")).to_be_visible()
    await room.platform.close()
    await room.say("did you hear?", "ben")
    await expect(page.get_by_text("did you hear?")).to_be_visible()
    await expect(page.get_by_role("status")).to_have_text("")


async def test_one_may_become_somebody_else(room: Room, window: Open) -> None:
    await room.say("only for me", channel="ada")
    page = await window("/?as=ada&channel=ada")
    await expect(page.locator(".said")).to_have_text("only for me")
    await page.get_by_role("link", name="Be Ben Lindqvist").click()
    await expect(page.get_by_role("heading", name="A talk with bmm alone")).to_be_visible()
    await expect(page.get_by_text("You are Ben Lindqvist")).to_be_visible()
    await expect(page.get_by_text("only for me")).to_have_count(0)


async def test_a_message_is_logged_from_its_menu_with_the_keyboard(room: Room, window: Open) -> None:
    room.core.answer = lambda event: FORM if event.how == "control" else None
    said = (await room.say("the lift is stuck", "ben"))["message"]["id"]
    page = await window()
    more = page.get_by_role("button", name="What can be done with the message of Ben Lindqvist")
    await more.press("Enter")
    await expect(page.get_by_role("menuitem")).to_have_text(["Log this"])
    await page.get_by_role("menuitem", name="Log this").press("Escape")
    await expect(more).to_be_focused()
    await more.press("Enter")
    await page.get_by_role("menuitem", name="Log this").press("Enter")
    dialog = page.get_by_role("dialog", name="Edit OPS-1")
    await dialog.get_by_label("Title?").fill("The lift")
    await dialog.get_by_label("Title?").press("Enter")
    await expect(dialog).to_have_count(0)
    assert [each.message for each in room.core.asked] == [said, said]


async def test_ones_own_words_are_edited_and_deleted_from_their_menu(room: Room, window: Open) -> None:
    await room.say("the lift is stuk")
    ada, ben = await window(), await window("/?as=ben&channel=ops")
    more = ada.get_by_role("button", name="What can be done with the message of Ada Okafor")
    await more.press("Enter")
    await ada.get_by_role("menuitem", name="Edit").click()
    dialog = ada.get_by_role("dialog", name="Edit your message")
    await expect(dialog.get_by_label("Message")).to_have_value("the lift is stuk")
    await dialog.get_by_label("Message").fill("the lift is stuck")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(ben.locator(".said")).to_have_text("the lift is stuck (edited)")
    await more.press("Enter")
    await ada.get_by_role("menuitem", name="Delete").click()
    sure = ada.get_by_role("dialog", name="Are you sure?")
    await expect(sure).to_contain_text("the lift is stuck")
    await sure.get_by_role("button", name="Delete").click()
    await expect(ben.locator(".said")).to_have_count(0)
    await expect(ada.locator(".said")).to_have_count(0)


async def test_an_ask_is_logged_from_the_side(room: Room, window: Open) -> None:
    room.core.answer = lambda _: FORM
    page = await window()
    await page.get_by_role("button", name="Log anything").press("Enter")
    await expect(page.get_by_role("dialog", name="Edit OPS-1")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Log anything")).to_be_focused()


async def test_a_home_is_one_page_that_lives_and_answers_over_itself(room: Room, window: Open) -> None:
    page = await window()
    await page.get_by_role("link", name="Home").press("Enter")
    await expect(page.get_by_text("bmm is on it")).to_be_visible()
    await expect(page.get_by_role("combobox")).to_have_count(0)
    await wait_for(lambda: room.core.kept)
    where = room.core.kept[0].place
    ref = await room.platform.send(Sending("home", where, CARD))
    await expect(page.locator(".home blockquote")).to_have_text(SCRIPT)
    room.core.answer = lambda _: CARD
    await page.locator(".home").get_by_role("button", name="Edit").press("Enter")
    notice = page.get_by_role("dialog", name="Only you can see this")
    await expect(notice).to_be_visible()
    room.core.answer = lambda _: Message(Words("Now Low."))
    await notice.get_by_role("button", name="Priority High").press("Enter")
    await page.get_by_role("menuitemradio", name="Low").click()
    await expect(notice.get_by_text("Now Low.")).to_be_visible()
    assert {each.place.kind for each in room.core.asked} == {"home"}
    await page.keyboard.press("Escape")
    await expect(notice).to_have_count(0)
    await room.platform.edit(ref, Sending("home", where, Message(Words("Nothing waits for you."))))
    await expect(page.locator(".home")).to_have_text("Nothing waits for you.")


@pytest.mark.parametrize("width", [380, 1280])
async def test_a_home_is_opened_anew_by_whoever_comes_to_it(room: Room, window: Open, width: int) -> None:
    page = await window("/?as=ada&channel=home:ada", width)
    await wait_for(lambda: room.core.kept)
    lines = tuple(Text(Words(f"Line {number}")) for number in range(60))
    await room.platform.send(Sending("home", room.core.kept[0].place, Message(Words("Home"), (*CARD.blocks, *lines))))
    await expect(page.get_by_text("Line 59")).to_be_attached()
    assert await page.evaluate("document.getElementById('scroll').scrollTop") == 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 380:
        await page.get_by_role("button", name="Channels and people").click()
    await page.get_by_role("link", name="Be Ben Lindqvist").click()
    await wait_for(lambda: len(room.core.kept) == 2)
    await expect(page.locator(".home")).to_have_count(0)
    assert [each.place.channel for each in room.core.kept] == ["ada", "ben"]


@pytest.mark.parametrize("path", ["/?as=ada&channel=ops", "/?as=ada&channel=ops&thread={ref}", "/board?as=ada"])
async def test_nothing_is_wider_than_a_small_phone(room: Room, window: Open, path: str) -> None:
    ref = await room.show(CARD)
    page = await window(path.format(ref=ref), width=380)
    await expect(page.get_by_role("heading").first).to_be_visible()
    await expect(page.get_by_role("status").first).to_have_text("")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 380
    wide = "[...document.querySelectorAll('.message *')].filter(e => e.getBoundingClientRect().right > 381).length"
    assert await page.evaluate(wide) == 0
