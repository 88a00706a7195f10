"""Hello: what bmm can do, from the table of commands; what to try when something was not understood; first contact."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.effects import Become, Card, Effects, Notice
from bot.look import Look
from bot.meaning import usage
from bot.messages import Block, Button, Heading, Listing, Message, Row, Text, Words
from bot.routes import Command, Routes
from bot.turn import Turn
from bot.wire import named
from bot.words import say
from dialogs.bare_words import about_item
from dialogs.finding import ShowBacklog
from dialogs.intents import LogItem, log

routes = Routes()

GROUPS = ("capture", "items", "find", "meeting", "day", "help")
UNLISTED = "talk"  # what everybody says without being told
FEW = 2  # words besides a greeting; more of them are an ask


@named("help.show")
@dataclass(frozen=True)
class ShowHelp:
    """Say what can be done here; with a topic, how one command is written."""

    topic: str = ""


@named("talk.puzzled")
@dataclass(frozen=True)
class Puzzled:
    """Words that are neither a command nor, it seems, an ask."""

    text: str
    near: str = ""


@named("talk.greet")
@dataclass(frozen=True)
class Greet:
    """Somebody says hello; `words` is what they say besides."""

    words: str = ""


@named("talk.thank")
@dataclass(frozen=True)
class Thank:
    """Somebody says thanks; `words` is what they say besides."""

    words: str = ""


@named("help.card")
@dataclass(frozen=True)
class HelpCard:
    """What can be done here; somebody `outside` the workspace is shown what they may."""

    topic: str = ""
    outside: bool = False


routes.command("help", "?", intent=ShowHelp, args="topic?", group="help", example="/bmm help move")
routes.command("hello", "hi", "hey", "hallo", "morning", intent=Greet, args="words…?", group=UNLISTED)
routes.command("thanks", "thank", "thx", "cheers", intent=Thank, args="words…?", group=UNLISTED)
routes.puzzled = Puzzled


@routes.handles(ShowHelp, anywhere=True, outside="yes")
def show_help(intent: ShowHelp, turn: Turn) -> Effects:
    """Help, for the one who asked."""
    yield Card(HelpCard(intent.topic, turn.outsider))


@routes.handles(Puzzled, anywhere=True, outside="yes")
def puzzled(intent: Puzzled, turn: Turn) -> Effects:
    """No dead end: what a bare word says of this item, the nearest command, or a way to keep the words as an ask."""
    meant = about_item(intent.text, turn)
    if meant is not None:
        yield Become(meant)
        return
    keep = log(say("capture.log_it"), intent.text, turn)
    if intent.near:
        words = say("help.did_you_mean", said=intent.text[:60], near=intent.near)
        yield Notice(words, (Button(say("help.how", name=intent.near), ShowHelp(intent.near)), keep))
    else:
        yield Notice(say("help.puzzled", said=intent.text[:60]), (keep, Button(say("help.show"), ShowHelp())))


@routes.handles(Greet, anywhere=True, outside="yes")
def greet(intent: Greet, turn: Turn) -> Effects:
    """How to begin; a greeting before an ask is not what was meant."""
    if len(intent.words.split()) > FEW:
        yield Become(LogItem(intent.words))
        return
    backlog = () if turn.outsider else (Button(say("help.backlog"), ShowBacklog()),)
    buttons = (Button(say("help.show"), ShowHelp()), *backlog)
    yield Notice(say("help.hello", name=turn.person.name.split()[0] if turn.person.name else ""), buttons)


@routes.handles(Thank, anywhere=True, outside="yes")
def thank(intent: Thank, _turn: Turn) -> Effects:
    """Said back."""
    if len(intent.words.split()) > FEW:
        yield Become(LogItem(intent.words))
        return
    yield Notice(say("help.welcome"))


@cache
def commands() -> list[Command]:
    """Every command that help shows, in its order."""
    from dialogs import routes as everything

    known = [command for command in everything().commands if command.group != UNLISTED]
    return sorted(known, key=lambda command: GROUPS.index(command.group))


@routes.draws(HelpCard)
def draw_help(view: HelpCard, _look: Look) -> Message:
    """All commands by group, or one with its example."""
    known = [each for each in commands() if not view.outside or _is_open(each)]
    one = next((command for command in known if view.topic in command.names), None)
    if one is not None:
        about = say("help.one", usage=usage(one), what=say(f"commands.{one.name}"), example=one.example)
        return Message(about, (Text(about),))
    intro, end = say("help.intro_outside" if view.outside else "help.intro"), Text(say("help.end"), "quiet")
    return Message(say("help.summary"), (Heading(say("help.title")), Text(intro), *_groups(known), end))


def _is_open(command: Command) -> bool:
    """Whether people from outside may do it, if only to what they asked for."""
    from dialogs import routes as everything

    return everything().handlers[command.intent].outside != "no"


def _row(command: Command) -> Row:
    """One line: the name, what has to be said after it, and what comes of it."""
    args = " ".join(arg.rstrip("…") for arg in command.args if not arg.endswith("?"))
    what = say(f"commands.{command.name}")
    return Row(say("help.row", name=command.name, args=say("help.args", args=args) if args else Words(""), what=what))


def _groups(known: list[Command]) -> Iterator[Block]:
    for group in GROUPS[:-1]:  # help itself is named below
        rows = [_row(each) for each in known if each.group == group]
        if rows:
            yield Listing(say(f"help.group_{group}"), tuple(rows))
