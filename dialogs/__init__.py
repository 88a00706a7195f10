"""I converse: one file for each conversation or noun, with its intents, its handlers and its drawings together."""

import importlib
import pkgutil
from pathlib import Path

from bot import words
from bot.routes import Routes


def routes() -> Routes:
    """The table of everything that can be meant and shown: every `routes` of a module in this folder, added up."""
    words.load(Path(__file__).parent / "words")
    table = Routes()
    for each in pkgutil.iter_modules(__path__, f"{__name__}."):
        table.include(importlib.import_module(each.name).routes)
    return table
