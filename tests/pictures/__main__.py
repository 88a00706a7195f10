"""`python -m tests.pictures [slack|teams] [FOLDER]`: draws every card of the morning into PNGs.

Needs npm and Chromium. The houses have folders of their own in FOLDER, `screenshots` where none is named.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from playwright.async_api import async_playwright

import storage
from tests import slack_house, teams_house
from tests.browser.test_scenes import FLAGS
from tests.needs import find_browser
from tests.pictures.easels import PHONE, Picture, SlackEasel, TeamsEasel
from tests.pictures.scene import morning

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules"
DRAWS = {"slack": "draw.mjs", "teams": "draw_teams.mjs"}
NARROW = ("item-with-question", "meeting-item", "ballot-open", "backlog", "board", "edit-form")  # on a phone as well


def main() -> None:
    """Draw them all, and say where they are."""
    parser = argparse.ArgumentParser("python -m tests.pictures", description=__doc__)
    parser.add_argument("where", nargs="*", metavar="slack|teams|FOLDER")
    given: list[str] = parser.parse_args().where
    houses = [each for each in given if each in DRAWS] or list(DRAWS)
    folders = [Path(each) for each in given if each not in DRAWS] or [HERE.parents[1] / "screenshots"]
    if len(folders) > 1:
        parser.error("one folder is enough")
    browser, npm = find_browser(), shutil.which("npm")
    if browser is None or npm is None:
        sys.exit("Pictures need Chromium and npm.")
    if not (INSTALLED / "adaptivecards").is_dir():  # no lock file: it would record the registry's address
        wanted = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(wanted, cwd=HERE, check=True)
    for house in houses:
        folder = folders[0] / house
        folder.mkdir(parents=True, exist_ok=True)
        pictures = asyncio.run(gallery(house))
        problems = asyncio.run(_shot(_drawn(house, [*pictures, *_narrow(pictures)]), folder, browser))
        print(*problems, f"{len(pictures)} pictures are in {folder}.", sep="\n")


async def gallery(house: str) -> list[Picture]:
    """Every picture of the morning in a house."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        storage.upgrade(url)
        if house == "teams":
            async with teams_house.opened(url) as teams:
                return [picture async for picture in morning(teams, TeamsEasel(teams))]
        async with slack_house.opened(url) as slack:
            return [picture async for picture in morning(slack, SlackEasel(slack))]


def _narrow(pictures: Sequence[Picture]) -> list[Picture]:
    """Some of them as they look on a phone, where the house has a width."""
    some = [each for each in pictures if each.name in NARROW and each.width]
    return [replace(each, name=f"{each.name}-narrow", width=PHONE) for each in some]


def _drawn(house: str, pictures: Sequence[Picture]) -> dict[str, str]:
    """The page of each picture by its name."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "pictures.json"
        told.write_text(json.dumps([asdict(each) for each in pictures]), encoding="utf-8")
        drawn = subprocess.run(["node", HERE / DRAWS[house], told], stdout=subprocess.PIPE, text=True, check=True)
    pages: dict[str, str] = json.loads(drawn.stdout)
    return pages


async def _shot(pages: dict[str, str], folder: Path, browser: Path) -> list[str]:
    """Each page as a picture; what a page has to say against its card."""
    problems = []
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=browser, args=[*FLAGS, "--lang=en-GB"])
        page = await started.new_page(
            viewport={"width": 900, "height": 700}, device_scale_factor=1.5, locale="en-GB", timezone_id="Europe/London"
        )
        for name, drawn in pages.items():
            await page.set_content(drawn)
            await page.locator("#picture").screenshot(path=folder / f"{name}.png")
            wrong = await page.evaluate("document.body.dataset.problems || '[]'")
            problems += [f"{name}: {each}" for each in json.loads(wrong)]
        await started.close()
    return problems


if __name__ == "__main__":
    main()
