"""What people may have written, and a control of these tests, for what Teams draws."""

from dataclasses import dataclass

import dialogs
from bot.wire import named

dialogs.routes()  # the words of the machine are theirs

AWKWARD = {
    "short": "x",
    "empty": "",
    "mention": "<at>Ben</at> <at id='1'>x</at> @everyone <@29:ben>",
    "token": "{{DATE(2026-11-27T09:00:00Z,SHORT)}} {{ time(2026-11-27T09:00:00Z) }} {{{{DATE(",
    "markup": "**bold** _x_ ~~s~~ `code` # head\n> quote\n- one\n1. two\n![x](https://y/z.png)",
    "links": "[bank](https://evil.example) https://a.b www.evil.example <https://evil.example> javascript:alert(1)",
    "entities": "R&D &amp; &lt;b&gt; <b>html</b> &#42;",
    "backslash": "\\\\ \\*x\\* \\",
    "NUL": "a\x00b\x1f\ud800",
    "bidi": "\u202egnp.exe\u202c \u2066x",
    "emoji": "👩‍👩‍👧 ☕" * 3,
    "template": "{t} **{x}** _y_ ${x}",
    "30k": "printer " * 3750,
    "30k of emoji": "☕😀" * 10_000,
    "one word": "w" * 30_000,
    "lines": "\n" * 50 + "a\nb\n" + "c\n" * 500,
}


@named("texts.press")
@dataclass(frozen=True)
class Press:
    """What a control of these tests becomes; `choice` says that it opens a form."""

    id: str = ""
    choice: str = ""


def opens(intent: object) -> bool:
    """Whether a control of these tests opens a form."""
    return isinstance(intent, Press) and intent.choice == "form"
