"""The parts of README.md that state what the program does, written from the program: `python -m manifest.readme`."""

from pathlib import Path

import dialogs
from bot.board import Board
from bot.messages import plain
from bot.settings import described
from bot.words import say
from dialogs.help import GROUPS, commands
from manifest import consent, permissions
from manifest.slack import commands as offered

README = Path(__file__).parent.parent / "README.md"


def parts() -> dict[str, str]:
    """Every generated part by its name."""
    return {
        "commands": _commands(),
        "settings": _settings(),
        "ways": _ways(),
        "scopes": _scopes(),
        "options": _options(),
        "teams-ways": _teams_ways(),
        "teams-consent": _teams_consent(),
    }


def written(text: str) -> str:
    """The text with each `<!-- name -->` … `<!-- /name -->` filled in. Raises KeyError for a part without a place."""
    for name, part in parts().items():
        opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
        if opening not in text or closing not in text:
            raise KeyError(name)
        before, _, rest = text.partition(opening)
        _, _, after = rest.partition(closing)
        text = f"{before}{opening}\n{part}\n{closing}{after}"
    return text


def _commands() -> str:
    what = {each.name: each for each in offered()}
    rows = ["| type | what it does | for example |", "|---|---|---|"]
    for group in GROUPS:
        rows.append(f"| {plain(say(f'help.group_{group}')).join(('**', '**'))} | | |")
        for each in commands():
            if each.group == group:
                one = what[each.name]
                rows.append(f"| `{_cell(f'/bmm {one.usage}')}` | {_cell(one.summary)} | `{_cell(each.example)}` |")
    return "\n".join(rows)


def _settings() -> str:
    rows = ["| setting | meaning | default |", "|---|---|---|"]
    known = [f"| `{name}` | {_cell(what)} | {_code(default)} |" for name, what, default in described()]
    return "\n".join([*rows, *known])


def _ways() -> str:
    """What people can do on Slack, with the words of its menus."""
    named = _shortcuts()
    with_, reaction = {each.name: f"(with `--{each.name}`)" for each in permissions.OPTIONS}, Board.reaction
    ways = {
        "`@bmm the badge printer on 3 jams, by Friday`": "in a channel, thread or group chat: an item, answered there",
        "a direct message to bmm": "the same, on the board you choose, or on one that only you see",
        "`/bmm …`": "every command above; `/bmm add` alone opens a form",
        f"*{named['message']}*, in the menu of any message": "that message as an item, with a link to it and its files",
        f"*{named['anywhere']}*, in the shortcuts menu": "the form, from anywhere",
        f":{reaction}: on a message {with_['reactions']}": "that message as an item; `/bmm reaction` changes the emoji",
        "bmm's *Home*": "what waits for you, what is yours, what you asked for",
        f"an answer in the thread, without `@bmm` {with_['listen']}": "answers the open question",
        f"edit or delete your ask {with_['listen']}": "the item follows the edit; after a deletion you are asked",
        f"`OPS-42` in passing {with_['listen']}": "that item in one line, once in half an hour",
        f"a link ending in `/items/OPS-42` {with_['links']}": "unfolds into the item",
    }
    return _done(ways)


def _teams_ways() -> str:
    """What people can do on Teams, with the words of its menus."""
    named, listening = _shortcuts(), f"(with `--{consent.LISTEN.name}`)"
    return _done(
        {
            "`@bmm the badge printer on 3 jams, by Friday`": "in a channel or group chat: an item, answered there",
            "a message in your own chat with bmm": "the same, on the board you choose, or on one that only you see",
            "`@bmm start`, `@bmm find printer` …": "every command above, with `@bmm` in place of `/bmm`",
            "`/`, then *start*, *add*, *board* …": "the same, unseen by others; what concerns all is posted for all",
            f"*{named['message']}*, in the menu of any message": "that message as an item, with a link to it",
            f"*{named['anywhere']}*, beside the box to write in, or after `/`": "the form, from anywhere",
            "bmm's *Home* tab": "what waits for you, what is yours, what you asked for",
            "*bmm* as a tab of a channel or group chat": "its board, lane by lane",
            "edit or delete your ask": "the item follows the edit; after a deletion you are asked",
            f"an answer in the thread, without `@bmm` {listening}": "answers the open question",
            f"`OPS-42` in passing {listening}": "that item in one line, once in half an hour",
        }
    )


def _teams_consent() -> str:
    rows = ["| permission | asked for | why |", "|---|---|---|"]
    for grants in (consent.BASE, consent.LISTEN):
        when = f"with `--{grants.name}`" if grants.name else "always"
        rows += [f"| `{name}` | {when} | {_cell(why)} |" for name, why in grants.scopes.items()]
    return "\n".join(rows)


def _shortcuts() -> dict[str, str]:
    """The words of the menus, by where they stand: on a message, or anywhere."""
    return {each.on: plain(say(f"shortcuts.{each.name.replace('.', '_')}")) for each in dialogs.routes().shortcuts}


def _done(ways: dict[str, str]) -> str:
    return "\n".join(["| you do | and get |", "|---|---|", *(f"| {_cell(a)} | {_cell(b)} |" for a, b in ways.items())])


def _scopes() -> str:
    rows = ["| scope | why |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{scope}` | {_cell(why)} |" for scope, why in permissions.scopes().items())])


def _options() -> str:
    rows = ["| with | brings | and asks for |", "|---|---|---|"]
    options = (
        f"| `--{each.name}` | {_cell(each.brings)} | {', '.join(f'`{scope}`' for scope in each.scopes)} |"
        for each in permissions.OPTIONS
    )
    return "\n".join([*rows, *options])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
