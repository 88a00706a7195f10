"""Cards and dialogs of Teams as the harness shows them."""

from collections.abc import Iterator, Mapping

from tests.fakes.teams_dialogs import Dialog
from tests.fakes.teams_seen import lines_of, parts_of
from tests.fakes.teams_world import Payload
from tests.harness import BOT, Asked, Control, Seen, SeenForm, joined

_KINDS = {"Input.Date": "date", "Input.Number": "number", "Input.ChoiceSet": "choice"}
_DOT = " · "
_WRONG = "⚠ "  # how a line begins that says what is wrong with the input below it


def parts(card: Payload) -> Iterator[str | Control]:
    """The lines and controls of a card.

    What other houses show of a row on a second line stands behind a dot here; it is given once more by itself.
    """
    for part in parts_of(card):
        if isinstance(part, str):
            part = as_elsewhere(part)
            yield part
            if part.startswith("• ") and _DOT in part:
                yield part.partition(_DOT)[2]
        else:
            yield Control(part.label, part.value, part.options, part.url, part)


def as_elsewhere(text: str) -> str:
    """The bot's words as other houses have them: in Teams a command is typed after a mention."""
    return text.replace("@bmm", "/bmm")


def seen_dialog(dialog: Dialog, person: str) -> Seen:
    """A dialog that asks for nothing: private words with their controls. Opened anew, it is another one."""
    return Seen(dialog.id, BOT, "", BOT, joined(parts(dialog.card)), to=person, raw=dialog)


def form_of(dialog: Dialog, lacking: Mapping[str, str]) -> SeenForm:
    """A dialog that asks for something; `lacking` is what the client would not submit, by the input's id."""
    note, wrong = _noted(dialog)
    fields = tuple(map(_asked, dialog.inputs))
    labels = {each.name: each.label for each in fields}
    errors = tuple((labels[name], words) for name, words in {**wrong, **lacking}.items())
    return SeenForm(dialog.title, fields, errors, note, dialog)


def _noted(dialog: Dialog) -> tuple[str, dict[str, str]]:
    """What stands above its first input, and what is wrong, by the id of the input that follows."""
    note: list[str] = []
    wrong: dict[str, str] = {}
    pending, asked = list[str](), False
    for each in dialog.card["body"]:
        lines = lines_of({"body": [each]})
        if each["type"].startswith("Input."):
            wrong |= {each["id"]: " ".join(pending)} if pending else {}
            pending, asked = [], True
        elif lines and lines[0].startswith(_WRONG):
            pending.append(" ".join(lines).removeprefix(_WRONG))
        elif not asked:
            note += lines
    return "\n".join(note), wrong


def _asked(drawn: Payload) -> Asked:
    choices = tuple((each["value"], each["title"]) for each in drawn.get("choices", []))
    people = [value for value, _ in choices if value.strip()]
    kind = _KINDS.get(drawn["type"], "lines" if drawn.get("isMultiline") else "line")
    kind = "person" if people and all(value.startswith("<@") for value in people) else kind
    initial, optional = str(drawn.get("value", "")), not drawn.get("isRequired")
    return Asked(drawn["id"], drawn["label"], kind, initial, choices, optional=optional)
