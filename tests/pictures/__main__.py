"""`python -m tests.pictures [FOLDER]`: draws every card of the morning into PNGs; needs npm and Chromium."""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from playwright.async_api import async_playwright

import storage
from tests.browser.test_scenes import FLAGS
from tests.needs import find_browser
from tests.pictures.scene import Picture, morning
from tests.slack_house import opened

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules"


def main() -> None:
    """Draw them all, and say where they are."""
    parser = argparse.ArgumentParser("python -m tests.pictures", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parents[1] / "screenshots")
    folder: Path = parser.parse_args().folder
    browser, npm = find_browser(), shutil.which("npm")
    if browser is None or npm is None:
        sys.exit("Pictures need Chromium and npm.")
    if not INSTALLED.is_dir():  # no lock file: it would record the registry's address
        wanted = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(wanted, cwd=HERE, check=True)
    folder.mkdir(parents=True, exist_ok=True)
    pictures = asyncio.run(gallery())
    asyncio.run(_shot(_drawn(pictures), folder, browser))
    print(f"{len(pictures)} pictures are in {folder}.")


async def gallery() -> list[Picture]:
    """Every picture of the morning."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        storage.upgrade(url)
        async with opened(url) as room:
            return [picture async for picture in morning(room)]


def _drawn(pictures: Sequence[Picture]) -> dict[str, str]:
    """The page of each picture by its name."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "pictures.json"
        told.write_text(json.dumps([asdict(each) for each in pictures]), encoding="utf-8")
        drawn = subprocess.run(["node", HERE / "draw.mjs", told], stdout=subprocess.PIPE, text=True, check=True)
    pages: dict[str, str] = json.loads(drawn.stdout)
    return pages


async def _shot(pages: dict[str, str], folder: Path, browser: Path) -> None:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = await started.new_page(viewport={"width": 900, "height": 700}, device_scale_factor=1.5)
        for name, drawn in pages.items():
            await page.set_content(drawn)
            await page.locator("#picture").screenshot(path=folder / f"{name}.png")
        await started.close()


if __name__ == "__main__":
    main()
