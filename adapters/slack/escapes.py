"""Slack's writing: what its escapes mean on the way in, and how text becomes harmless on the way out."""

import re

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_NEEDLESS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COMBINING = re.compile(r"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
                        r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_SPACES = re.compile(r"[ \t]{2,}")
_FORMATTING = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|^\s*>|:[\w+'-]+:", re.MULTILINE)


def clean(text: str) -> str:
    """Without control characters, bidi overrides, zero-width spaces and piles of accents; joined emoji survive."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _COMBINING.sub(r"\1", _NEEDLESS.sub("", text))


def read(text: str, bot: str = "") -> str:
    """What somebody wrote, as plain text without the mention of `bot`; other people stay `<@U…>` tokens."""
    if "<" in text:
        if bot:
            text = re.sub(rf"<@{re.escape(bot)}(?:\|[^<>]*)?>[,:]?", " ", text)
        text = _TOKEN.sub(_plain, text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    lines = (_SPACES.sub(" ", line).strip(" ") for line in clean(text).split("\n"))
    return "\n".join(lines).strip()


def escape(text: str) -> str:
    """Text as a mrkdwn field shows it literally, but for formatting: see `formats`."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def formats(text: str) -> bool:
    """Whether a mrkdwn field might read some of this text as formatting, a quotation or an emoji."""
    return _FORMATTING.search(text) is not None


def _plain(token: re.Match[str]) -> str:
    sign, name, label = token[1], token[2], token[3] or ""
    match sign:
        case "@":
            return f"<@{name}>"
        case "#":
            return f"#{label or name}"
        case "!":
            return _special(name, label)
        case _:
            return _link(name, label) if ":" in name else token[0]


def _special(name: str, label: str) -> str:
    """`<!here|here>`, `<!subteam^S1|@ops>` and `<!date^…|tomorrow>` as the words they stand for."""
    if name.startswith("date^"):
        return label
    return f"@{(label or name.partition('^')[2] or name).removeprefix('@')}"


def _link(url: str, label: str) -> str:
    """An address as it was typed where Slack made the link itself, else the label and the address."""
    bare = url.partition("://")[2] or url.partition(":")[2] or url
    if not label or label == url:
        return url
    return label if label.rstrip("/") == bare.rstrip("/") else f"{label} ({url})"
