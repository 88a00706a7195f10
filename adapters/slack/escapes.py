"""Slack's writing: what its escapes mean on the way in, and how text becomes harmless on the way out."""

import re

from bot.cleaning import clean

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_SPACES = re.compile(r"[ \t]{2,}")
_FORMATTING = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|^\s*>|:[\w+'-]+:", re.MULTILINE)


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
