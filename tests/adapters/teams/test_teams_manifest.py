"""The app package is one that Teams takes, asks for no more than it explains, and offers what the routes know."""

import io
import itertools
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

import dialogs
from bot.wire import kinds
from dialogs.help import commands
from manifest.consent import BASE, LISTEN
from manifest.readme import README
from manifest.teams import ALONE, ELSEWHERE, FILE, ICONS, NOBODY, PAGES, TOGETHER, Package, committed, zipped
from manifest.teams import teams_manifest as made
from tests.needs import needs

APP = "1f3a0c52-8f4e-4a55-9d0e-0c6a4f1b2d3e"
URLS = ("https://bmm.example.com", "https://tunnel.example:8443/bmm/")
PACKAGES = [
    Package(url, app, release, listens)
    for url, app, release, listens in itertools.product(URLS, (APP, NOBODY), ("", "2.10.3"), (False, True))
]


def test_the_manifest_is_one_that_teams_takes() -> None:
    schema = Draft4Validator(json.loads((needs("specs") / "teams" / "manifest.schema.1.29.json").read_text()))
    for package in PACKAGES:
        assert list(schema.iter_errors(made(package))) == []


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == committed(), "run: .venv/bin/python -m manifest.teams"


def test_the_same_package_gives_the_same_bytes() -> None:
    for package in PACKAGES:
        assert zipped(package) == zipped(package)
    assert len({zipped(package) for package in PACKAGES}) == len(PACKAGES)


def test_the_package_holds_the_manifest_and_the_icons_that_it_names() -> None:
    package = Package(app_id=APP)
    with zipfile.ZipFile(io.BytesIO(zipped(package))) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("manifest.json"))
        assert told == made(package)
        assert set(archive.namelist()) == {"manifest.json", *told["icons"].values()}
        for name in told["icons"].values():
            assert archive.read(name) == (ICONS / name).read_bytes()


def test_without_listen_it_asks_to_read_nothing() -> None:
    assert "authorization" not in made(Package())
    asked = made(Package(listens=True))["authorization"]["permissions"]["resourceSpecific"]
    assert [each["name"] for each in asked] == list(LISTEN.scopes)
    assert all(".Read." in each["name"] and each["type"] == "Application" for each in asked)


def test_everything_asked_for_has_a_reason_that_who_installs_it_can_read() -> None:
    reasons = BASE.scopes | LISTEN.scopes
    assert made(Package())["permissions"] == list(BASE.scopes)
    assert all(len(reason.split()) > 2 for reason in reasons.values())
    told = made(Package(listens=True))["description"]["full"]
    assert all(f"{name}: {reason}" in told for name, reason in reasons.items())
    assert not any(name in made(Package())["description"]["full"] for name in LISTEN.scopes)


def test_what_can_be_typed_comes_from_the_table_of_commands() -> None:
    dialogs.routes()
    known = {each.name for each in commands()}
    assert set(TOGETHER.split()) | set(ALONE.split()) | ELSEWHERE <= known
    assert not ELSEWHERE & {*TOGETHER.split(), *ALONE.split()}
    together, alone = made(Package())["bots"][0]["commandLists"]
    assert [each["title"] for each in together["commands"]] == TOGETHER.split()
    assert [each["title"] for each in alone["commands"]] == ALONE.split()


def test_a_slash_is_offered_where_others_are_and_a_mention_everywhere() -> None:
    [bot] = made(Package())["bots"]
    assert bot["supportsTargetedMessages"] is True
    scopes = {scope: each["triggers"] for each in bot["commandLists"] for scope in each["scopes"]}
    assert scopes == {"team": ["mention", "slash"], "groupChat": ["mention", "slash"], "personal": ["mention"]}
    assert set(scopes) == set(bot["scopes"])


def test_what_stands_in_menus_comes_from_the_shortcuts_of_the_routes() -> None:
    [extension] = made(Package())["composeExtensions"]
    shown = {each["id"]: each for each in extension["commands"]}
    assert list(shown) == [each.name for each in dialogs.routes().shortcuts]
    assert set(shown) <= set(kinds())
    assert all(each["type"] == "action" and each["fetchTask"] is True for each in shown.values())
    for each in dialogs.routes().shortcuts:
        if each.on == "message":
            assert shown[each.name]["context"] == ["message"]
            assert "triggers" not in shown[each.name]  # there is no message to a slash
        else:
            assert shown[each.name]["context"] == ["compose", "commandBox"]
            assert shown[each.name]["triggers"] == ["slash"]


def test_every_page_and_domain_is_ours() -> None:
    told = made(Package("https://bmm.example.com:8443/x/", APP))
    pages = {f"https://bmm.example.com:8443/x/teams/{page}" for page in PAGES}
    assert {text for text in _texts(told) if text.startswith("https://bmm.")} == pages
    assert told["validDomains"] == ["bmm.example.com:8443"]
    assert told["webApplicationInfo"] == {"id": APP, "resource": f"api://bmm.example.com:8443/{APP}"}


def test_one_id_is_the_app_its_bot_and_its_sign_on() -> None:
    told = made(Package(app_id=APP))
    named = {told["id"], told["bots"][0]["botId"], told["composeExtensions"][0]["botId"]}
    assert named == {APP} == {told["webApplicationInfo"]["id"]}


def test_the_colour_icon_is_full_and_of_the_accent_colour() -> None:
    pixels = list(_pixels(ICONS / "color.png", 192))
    accent = bytes.fromhex(made(Package())["accentColor"].removeprefix("#"))
    assert {pixels[at][:3] for at in (0, 191, 192 * 191, 192 * 192 - 1)} == {accent}
    assert {pixel[3] for pixel in pixels} == {255}


def test_the_outline_icon_is_white_on_nothing() -> None:
    pixels = list(_pixels(ICONS / "outline.png", 32))
    assert {pixel[:3] for pixel in pixels if pixel[3]} == {b"\xff\xff\xff"}
    assert {pixel[3] for pixel in pixels} >= {0, 255}


def test_the_command_writes_the_file_and_says_what_to_do_next(tmp_path: Path) -> None:
    ended = _bmm(tmp_path, *f"--url https://bmm.team.example/ --app-id {APP.upper()} --listen --release 1.2.3".split())
    assert ended.returncode == 0, ended.stderr
    assert "https://bmm.team.example/api/messages" in ended.stdout
    package = Package("https://bmm.team.example", APP, "1.2.3", True)
    assert (tmp_path / "bmm-teams.zip").read_bytes() == zipped(package)


def test_the_file_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    ended = _bmm(tmp_path, "--url", "https://x.example", "--app-id", APP, "--out", "ours.zip")
    assert "ours.zip" in ended.stdout
    assert [each.name for each in tmp_path.iterdir()] == ["ours.zip"]
    ended = _bmm(tmp_path, "--url", "https://x.example", "--app-id", APP, "--out", "nowhere/ours.zip")
    assert ended.returncode == 1
    assert "nowhere/ours.zip" in ended.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (f"--app-id {APP}", "https://bmm.example.com"),
        (f"--app-id {APP} --url http://x.example", "https://bmm.example.com"),
        (f"--app-id {APP} --url https://me@x.example", "https://bmm.example.com"),
        ("--url https://x.example", "--app-id"),
        ("--url https://x.example --app-id nobody", "nobody"),
        (f"--url https://x.example --app-id {APP} --release 01.2.3", "1.0.1"),
    ],
)
def test_what_is_missing_or_malformed_is_said_and_nothing_is_written(given: str, told: str, tmp_path: Path) -> None:
    ended = _bmm(tmp_path, *given.split())
    assert ended.returncode == 1
    assert told in ended.stderr
    assert not ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_no_step_of_the_readme_needs_what_a_later_one_brings() -> None:
    text = README.read_text(encoding="utf-8").partition("### From an empty tenant")[2].partition("###")[0]
    steps = ["App registrations", "client secret", "*Azure Bot*", "/api/messages", "BMM_TEAMS_APP_ID=", "bmm serve"]
    places = [text.find(step) for step in (*steps, "bmm manifest teams --url", "*Upload new app*", "*Add to a team*")]
    assert -1 not in places
    assert places == sorted(places)


def test_the_readme_names_the_address_under_which_people_are_let_into_the_tabs() -> None:
    told = made(Package(app_id="<application id>"))["webApplicationInfo"]["resource"]
    assert f"*Application ID URI* to `{told}`" in README.read_text(encoding="utf-8")


def _bmm(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "manifest", "teams", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, cwd=folder)


def _texts(thing: object) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict | list):
        for value in thing.values() if isinstance(thing, dict) else thing:
            yield from _texts(value)


# --- a reader of the little PNG that the icons are


def _pixels(path: Path, side: int) -> Iterator[bytes]:
    """Red, green, blue and alpha of each pixel of a square image with eight bits a channel."""
    chunks = dict(_chunks(path.read_bytes()))
    width, height, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (width, height, depth, interlaced) == (side, side, 8, 0)
    size = {2: 3, 6: 4}[kind]
    data, before = zlib.decompress(chunks[b"IDAT"]), bytes(side * size)
    for start in range(0, len(data), side * size + 1):
        before = _line(data[start], data[start + 1 : start + 1 + side * size], before, size)
        for at in range(0, len(before), size):
            yield (before[at : at + size] + b"\xff")[:4]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, image = 8, b""
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + 8 + length]
        image += content if name == b"IDAT" else b""
        yield name, content
        at += 12 + length
    yield b"IDAT", image


def _line(how: int, line: bytes, before: bytes, size: int) -> bytes:
    made = bytearray(line)
    for at, each in enumerate(line):
        left, up = made[at - size] if at >= size else 0, before[at]
        corner = before[at - size] if at >= size else 0
        nearest = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
        made[at] = (each + (0, left, up, (left + up) // 2, nearest)[how]) % 256
    return bytes(made)
