"""Whether a message or form is what a quotation says, and how it is shown where it is not."""

import re

from tests.harness import Control, Seen, SeenForm, unmarked

_ABSENT = re.compile(r"no (?:\[(?P<label>.+?)\]|\"(?P<words>.+?)\")")
_CONTROLS = re.compile(r"(?:\[[^\]]+\]\s*)+")


def mismatch(seen: Seen, wanted: list[str]) -> str:
    """What of the wanted lines a message lacks, or an empty text."""
    at = 0
    for want in wanted:
        if found := _ABSENT.fullmatch(want):
            if _has(seen, found["label"]) if found["label"] else unmarked(found["words"]) in seen.text:
                return f"it has {want.removeprefix('no ')}"
        elif _CONTROLS.fullmatch(want):
            for label in re.findall(r"\[([^\]]+)\]", want):
                if not _has(seen, label):
                    return f"it lacks [{label}]"
        else:
            text = unmarked(want)
            place = next((n for n in range(at, len(seen.lines)) if text in seen.lines[n]), None)
            if place is None:
                return f"it lacks “{text}”"
            at = place + 1
    return ""


def _has(seen: Seen, label: str) -> bool:
    menu, _, option = label.partition(": ")
    for control in seen.controls:
        if control.label == label or (control.label == menu and option in dict(control.options)):
            return True
    return False


def match_form(form: SeenForm, title: str, rest: list[str]) -> None:
    assert form.title == unmarked(title), f"the form is called {form.title!r}"
    for line in rest:
        if " ! " in line or re.match(r"[^:]+! ", line):
            label, words = re.split(r"\s?! ", line, maxsplit=1)
            errors = [said for name, said in form.errors if name.startswith(label)]
            assert any(unmarked(words) in unmarked(each) for each in errors), f"{label} is told {form.errors}"
            continue
        label, _, value = line.partition(":")
        asked = form.field(label)
        value = value.strip()
        shown = dict(asked.options).get(asked.initial, asked.initial)
        assert not value or shown == value, f"{label} shows {shown!r}"


def drawn(seen: Seen) -> str:
    where = f"to {seen.to}" if seen.to else f"in #{seen.channel}{' · thread' if seen.thread else ''}"
    body = "\n".join(f"    {_part(part)}" for part in seen.parts)
    return f"  {seen.author} {where}:\n{body}"


def _part(part: str | Control) -> str:
    if isinstance(part, str):
        return part
    return f"[{part.label}: {', '.join(label for label, _ in part.options)}]" if part.options else f"[{part.label}]"
