"""What people write in Teams as plain text: mentions as references, HTML as the words in it, a quoted reply apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import unescape

from adapters.teams.reading.activity import Entity
from bot.cleaning import clean

REPLY = "http://schema.skype.com/Reply"  # the kind of a blockquote that says which message is answered
_MENTION = "http://schema.skype.com/Mention"
_EMOJI = "http://schema.skype.com/Emoji"
_BREAKS = {"p", "div", "br", "li", "blockquote", "pre", "tr", "h1", "h2", "h3", "codeblock"}
_VOID = {"br", "img", "hr", "input", "wbr"}
# Python's own parser of HTML takes minutes for some of what fits into a request, and raises for other things.
_TAG = re.compile(r"<(?:(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?![a-zA-Z0-9])([^<>]{0,2000})|![^<>]{0,2000})>")
_GIVEN = re.compile(r"""([a-zA-Z-]{1,20})=(?:"([^"]*)"|'([^']*)')""")
_NUMBER = re.compile(r"\d{1,3}", re.ASCII)
_SPACES = re.compile(r"[ \t]{2,}")
_AT = re.compile(r"<at(?: [^<>]*)?>([^<>]*)</at>")
_CALLED = re.compile(r"\A(?:[:,](?:\s+|\Z)|,)")  # what is left of `@bmm:` and `@bmm,`
_TAGS = re.compile(r"</?at[^<>]*>")


@dataclass(frozen=True)
class Written:
    """The words of a message, and the message that it quotes and answers, or an empty text."""

    text: str
    answers: str = ""


def written(text: str, html: str, entities: Sequence[Entity], bot: str) -> Written:
    """What somebody wrote, without the mention of `bot`; other people stay `<@29:…>` references.

    `text` is what Teams makes of it; only of a quoted reply the HTML is read, where the quotation can be told apart.
    """
    said = from_html(html, entities, bot) if REPLY in html else Written(tidy(_referring(text, entities, bot)))
    return replace(said, text=_CALLED.sub("", said.text)) if names_bot(entities, bot) else said


def from_html(html: str, entities: Sequence[Entity] = (), bot: str = "") -> Written:
    """The words of a message that is given as HTML; mentions are matched with `entities` in their order."""
    reader = _Reader([_reference(each, bot) for each in entities if each.type == "mention"])
    reader.read(html)
    return Written(tidy("".join(reader.pieces)), reader.answers)


def names_bot(entities: Sequence[Entity], bot: str) -> bool:
    """Whether one of these mentions is of the bot."""
    return any(each.type == "mention" and each.mentioned.id == bot for each in entities)


def tidy(text: str) -> str:
    """Text without doubled spaces, and nothing around it."""
    lines = (_SPACES.sub(" ", line.replace("\xa0", " ")).strip(" ") for line in clean(text).split("\n"))
    return "\n".join(lines).strip()


def _referring(text: str, entities: Sequence[Entity], bot: str) -> str:
    """The text with each mention in its place; what is left of it is people's own, with HTML's entities undone.

    Mentions that read alike are of those who are named so, in the order of `entities`.
    """
    named: dict[str, list[str]] = {}
    for each in entities:
        if each.type == "mention":
            named.setdefault(each.text or f"<at>{each.mentioned.name}</at>", []).append(_reference(each, bot))
    pieces: list[str] = []
    end = 0
    for found in _AT.finditer(text):
        meant = named.get(found[0]) or named.get(f"<at>{found[1]}</at>", [])
        reference = meant.pop(0) if len(meant) > 1 else meant[0] if meant else f"@{unescape(found[1])}"
        pieces += [unescape(text[end : found.start()]), reference]
        end = found.end()
    return "".join([*pieces, unescape(text[end:])])


def _reference(mention: Entity, bot: str) -> str:
    """Nothing for the bot, a reference to a person; a team, a channel or a tag is only named."""
    if mention.mentioned.id == bot:
        return " "
    if mention.mentioned.id.startswith("29:"):
        return f"<@{mention.mentioned.id}>"
    return f"@{mention.mentioned.name or unescape(_TAGS.sub('', mention.text))}"


@dataclass
class _Reader:
    """Collects the words, links, mentions and emoji; what stands in a quoted message is not said here."""

    mentions: list[str]
    pieces: list[str] = field(default_factory=list)
    answers: str = ""
    _quoted: int = 0  # how deep we are in the quotation
    _named: int = 0  # how deep in a mention, whose name is not said but referred to
    _link: str = ""  # where the link leads in which we are
    _linked: int = 0  # how many pieces stand before it

    def read(self, html: str) -> None:
        """All of it, in time linear in its length."""
        end = 0
        for tag in _TAG.finditer(html):
            self._text(unescape(html[end : tag.start()]))
            end, name = tag.end(), (tag[2] or "").lower()
            if tag[1]:
                self._close(name)
            elif name:
                self._open(
                    name, {each[1].lower(): unescape(each[2] or each[3] or "") for each in _GIVEN.finditer(tag[3])}
                )
        self._text(unescape(html[end:]))

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if self._quoted or given.get("itemtype") == REPLY:
            self.answers = self.answers or (given.get("itemid", "") if not self._quoted else "")
            self._quoted += tag not in _VOID
        elif self._named or given.get("itemtype") == _MENTION:
            if not self._named:
                self._mention(given.get("itemid", ""))
            self._named += bool(self.mentions) and tag not in _VOID
        elif tag == "img" and given.get("itemtype") == _EMOJI:
            self.pieces.append(given.get("alt", ""))
        elif tag == "at":
            self._mention(given.get("id", ""))
            self._named += bool(self.mentions)
        elif tag == "a":
            self._link, self._linked = given.get("href", ""), len(self.pieces)
        elif tag in _BREAKS and self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def _close(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._quoted:
            self._quoted -= 1
        elif self._named:
            self._named -= 1
        elif tag == "a" and self._link.startswith(("https://", "http://")):
            self.pieces += [] if self._link in "".join(self.pieces[self._linked :]) else [f" ({self._link})"]
            self._link = ""

    def _text(self, data: str) -> None:
        if not self._quoted and not self._named:
            self.pieces.append(data)

    def _mention(self, number: str) -> None:
        """The mention with this number; the name that stands there where nobody says whose it is."""
        at = int(number) if _NUMBER.fullmatch(number) and int(number) < len(self.mentions) else 0
        self.pieces.append(self.mentions[at] if self.mentions else "@")
