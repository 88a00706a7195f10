"""README.md states what the program does, as the program says it."""

import re
from pathlib import Path

from manifest.readme import README, written

ROOT = Path(__file__).parent.parent


def test_the_generated_parts_are_up_to_date() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text) == text, "run: .venv/bin/python -m manifest.readme"


def test_every_file_that_it_links_is_there() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{name} links {target}"


def test_every_command_of_the_program_is_named() -> None:
    from bot.__main__ import commands

    text = README.read_text(encoding="utf-8")
    assert [name for name in commands() if f"`bmm {name}" not in text] == []


def test_over_http_no_step_needs_what_a_later_one_brings() -> None:
    text = README.read_text(encoding="utf-8").partition("### Over HTTP")[2].partition("###")[0]
    steps = ["bmm manifest slack --url", "BMM_SLACK_BOT_TOKEN", "Start `bmm serve`", "press *Retry*", "/invite @bmm"]
    places = [text.find(step, text.index("1. ")) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
