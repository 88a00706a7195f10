"""The table of commands, from which help, completion, manifests and documents are made."""

from datetime import UTC, datetime
from typing import get_type_hints
from zoneinfo import ZoneInfo

import pytest

import dialogs
from bot.meaning import usage
from bot.messages import plain
from bot.routes import Command
from bot.understanding import command_in, intent_of
from bot.words import knows, say
from dialogs.help import UNLISTED, commands

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROUTES = dialogs.routes()


@pytest.mark.parametrize("command", commands(), ids=lambda each: each.name)
def test_a_command_says_what_it_does_and_its_example_is_read_as_itself(command: Command) -> None:
    about = plain(say(f"commands.{command.name}"))
    assert about.endswith(".")
    assert len(about) <= 100
    assert command.example.startswith(f"/bmm {command.name}")
    typed = command.example.removeprefix("/bmm ")
    understood = command_in(typed, ROUTES, "", NOW, ZoneInfo("Europe/London"))
    assert understood is not None
    assert understood.whole
    assert understood.command == command
    assert type(intent_of(understood)) is command.intent


@pytest.mark.parametrize("command", ROUTES.commands, ids=lambda each: each.name)
def test_the_arguments_of_a_command_are_fields_of_its_intent(command: Command) -> None:
    names = {argument.rstrip("…?") for argument in command.args}
    assert names <= set(get_type_hints(command.intent))
    assert not any(argument.rstrip("?").endswith("…") for argument in command.args[:-1])


@pytest.mark.parametrize("command", ROUTES.commands, ids=lambda each: each.name)
def test_every_name_of_a_command_is_understood_in_any_case(command: Command) -> None:
    for name in command.names:
        understood = command_in(f"{name.upper()}!", ROUTES, "", NOW, ZoneInfo("UTC"))
        assert understood is not None
        assert understood.command is command


def test_only_what_everybody_says_anyway_is_left_out_of_help() -> None:
    assert {each.name for each in ROUTES.commands} - {each.name for each in commands()} == {"hello", "thanks"}
    assert not any(knows(f"commands.{each.name}") for each in ROUTES.commands if each.group == UNLISTED)


def test_usage_shows_what_may_be_left_out() -> None:
    move = ROUTES.named("mv")
    assert move is not None
    assert usage(move) == "/bmm move <item> <lane> [why]"
