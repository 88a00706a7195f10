"""The parts of README.md that state what the program does, written from the program: `python -m manifest.readme`."""

from pathlib import Path

from bot.messages import plain
from bot.settings import described
from bot.words import say
from dialogs.help import GROUPS, commands
from manifest.slack import SCOPES
from manifest.slack import commands as offered

README = Path(__file__).parent.parent / "README.md"


def parts() -> dict[str, str]:
    """Every generated part by its name."""
    return {"commands": _commands(), "settings": _settings(), "scopes": _scopes()}


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


def _scopes() -> str:
    rows = ["| scope | why |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{scope}` | {_cell(why)} |" for scope, why in SCOPES.items())])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
