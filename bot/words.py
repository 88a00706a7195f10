"""The catalogue of sentences: everything bmm says, by key, in each language it speaks.

A file `capture.toml` in the folder of a language holds `logged = "…"`, which is said as `say("capture.logged")`.
"""

import tomllib
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from bot.messages import Words

DEFAULT = "en"
_CATALOGUES: dict[str, dict[str, str]] = {}
_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def load(folder: Path) -> None:
    """Read every `<language>/<name>.toml` under `folder`. Raises ValueError where a sentence is no text."""
    for path in sorted(folder.glob("*/*.toml")):
        catalogue = _CATALOGUES.setdefault(path.parent.name, {})
        for key, sentence in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if not isinstance(sentence, str):
                raise ValueError(f"{path.stem}.{key} is no text")
            catalogue[f"{path.stem}.{key}"] = sentence


def speak(language: str) -> None:
    """Choose the language of what is said from here on in this task or thread."""
    _language.set(language)


def say(key: str, /, **values: Any) -> Words:
    """The sentence for `key` with its values. Raises KeyError for a key that the default language does not hold."""
    catalogue = _CATALOGUES.get(_language.get(), {})
    return Words(catalogue.get(key) or _CATALOGUES[DEFAULT][key], values)


def knows(key: str) -> bool:
    """Whether there is a sentence for `key`."""
    return key in _CATALOGUES.get(DEFAULT, {})


def catalogue(language: str = DEFAULT) -> dict[str, str]:
    """Every sentence of a language by its key."""
    return dict(_CATALOGUES.get(language, {}))
