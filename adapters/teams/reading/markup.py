"""What people write in Teams as plain text: mentions as references, HTML as the words in it, a quoted reply apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from adapters.teams.reading.activity import Entity
from bot.cleaning import clean

REPLY = "http://schema.skype.com/Reply"  # the kind of a blockquote that says which message is answered
_MENTION = "http://schema.skype.com/Mention"
_EMOJI = "http://schema.skype.com/Emoji"
_BREAKS = {"p", "div", "br", "li", "blockquote", "pre", "tr", "h1", "h2", "h3", "codeblock"}
_VOID = {"br", "img", "hr", "input", "wbr"}
_SPACES = re.compile(r"[ \t]{2,}")
_AT = re.compile(r"<at(?: [^<>]*)?>([^<>]*)</at>")
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
    if REPLY in html:
        return from_html(html, entities, bot)
    return Written(tidy(_referring(text, entities, bot)))


def from_html(html: str, entities: Sequence[Entity] = (), bot: str = "") -> Written:
    """The words of a message that is given as HTML; mentions are matched with `entities` in their order."""
    reader = _Reader([_reference(each, bot) for each in entities if each.type == "mention"])
    reader.feed(html)
    reader.close()
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
            named.setdefault(each.text, []).append(_reference(each, bot))
    pieces: list[str] = []
    end = 0
    for found in _AT.finditer(text):
        meant = named.get(found[0], [])
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
class _Reader(HTMLParser):
    """Collects the words, mentions and emoji; what stands in a quoted message is not said here."""

    mentions: list[str]
    pieces: list[str] = field(default_factory=list)
    answers: str = ""
    _quoted: int = 0  # how deep we are in the quotation
    _named: int = 0  # how deep in a mention, whose name is not said but referred to

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
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
        elif tag in _BREAKS and self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._quoted:
            self._quoted -= 1
        elif self._named:
            self._named -= 1

    def handle_data(self, data: str) -> None:
        if not self._quoted and not self._named:
            self.pieces.append(data)

    def _mention(self, number: str) -> None:
        """The mention with this number; the name that stands there where nobody says whose it is."""
        at = int(number) if number.isdecimal() and int(number) < len(self.mentions) else 0
        self.pieces.append(self.mentions[at] if self.mentions else "@")
