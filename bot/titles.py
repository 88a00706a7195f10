"""The headline of an ask: its first clause, without politeness and without its deadline."""

import re
import unicodedata

from bot.datewords import Clock
from bot.deadlines import deadlines
from bot.references import PERSON

LONGEST = 80
_NAME = 15  # characters of a person's name
_REFERENCE = re.compile(PERSON)
_READ = 1_000
_PHRASE = 60
"""Characters a polite or a dated phrase may take at either end."""


def _compiled(pattern: str) -> re.Pattern[str]:
    """`pattern` in either case, in which a space stands for any white space."""
    return re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE)


_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_WHO = r"(?:you|u|we|i|someone|somebody|anyone|anybody|one of you|you (?:guys|folks))"
_SOFTLY = r"(?: (?:please|pls|plz|possibly|maybe|kindly|just|also|perhaps))*"
_PEOPLE = r"(?:<@[^<>\s]{1,150}>|@[\w.-]{1,80})"
_ALL = r"(?:all|team|everyone|everybody|folks|guys|there|both|again)"
_MARK = r"(?: (?:please|pls|plz))?(?:[\])}*_]{0,3} ?[:!,.–—-]{1,3}|[\])}*_]{1,3})(?= |$)"
_OPENERS = _compiled(
    "|".join(
        (
            r"[\s>*_~`•|,:;!.–—-]+(?=\w)|[-*•># ]+ |#+(?=[^\W\d])",
            r"(?:re|fwd?|aw|wg|subject|betreff): ?",
            rf"(?:hi|hello|hey|hiya|howdy|dear|greetings|(?:good )?(?:morning|afternoon|evening)|good day)"
            rf"(?: (?:{_ALL}|{_PEOPLE}))*(?:[,!.\n–-]+|(?<=all|eam|one|ody|lks|uys|ere) |$)",
            r"(?:hi|hello|hey|dear)(?: [\w-]+){0,2}[,!\n]+|(?:hi|hello|hey) ",
            rf"(?:{_PEOPLE} ?)+(?:[,:] ?|(?<= )(?=(?:can|could|would|will|please|pls|plz|may)\b))",
            r"(?:please|pls|plz|bitte|kindly|just|also|so|and|but|fyi|ps|thanks|thank you|cheers)\b[\s,:]*",
            rf"(?:can|could|would|will|may|might){_SOFTLY} {_WHO}{_SOFTLY}"
            r"(?: (?:have|get)(?= (?:an?|the|some|my|our|new|another) ))? ",
            r"i(?:['’]d| would) (?:really )?(?:like|love|appreciate)(?: (?:you|someone))?"
            r"(?: to(?: (?:request|ask for|have|get))?)? ",
            r"(?:i|we)(?:['’]ll| will)? (?:also |really |urgently )?(?:need|want|require)(?: (?:you|someone|somebody))?"
            r" (?:to )?(?!(?:it|this|that|them|these|those)\b)(?=\S)",
            r"(?:need|want)s? (?:to |(?=(?:an?|the|some|new|another|\d+) ))|would (?:love|like) to ",
            rf"i was wondering (?:if|whether) {_WHO} (?:can|could|would|might){_SOFTLY} ",
            rf"(?:would|is) it (?:be )?possible (?:for \w+ )?to |(?:do|would) you mind "
            rf"|any chance (?:of |{_WHO} could )",
            rf"(?:it )?would be (?:great|nice|good|lovely|helpful) (?:if {_WHO} (?:can|could|would)|to) ",
            r"(?:is )?any(?:one|body) able to |(?:i|we) (?:think|believe|guess|feel) (?:that )?",
            r"(?:[\[({*]{0,2})(?:(?:this|it)(?: is|['’]s) )?"
            r"(?:(?:not|non|nothing|isn['’]t|so|very|quite|super|really|an?)[ -])*"
            r"(?:urgent(?:ly)?|asap|as soon as possible|emergency|critical|important|p[0-5]|sev(?:erity)? ?\d"
            r"|(?:high|low|medium|top|normal) prio(?:rity)?|nice to have|(?:no|not in a) (?:rush|hurry)|change request"
            rf"|request|help|quick \w+|reminder|todo|action)(?: (?:at all|today|now))?{_MARK}",
        )
    )
)
_ABBREVIATED = "".join(rf"(?<!\b{word}\.)" for word in "dr mr ms mrs st e.g i.e vs no nr ca approx inc".split())
_NEXT = (
    r"need|needs|please|pls|plz|can|could|would|will|it|its|it['’]s|this|that['’]s|we|i|i['’]m|i['’]d|they|he|she|there"
    r"|because|so|but|by|before|due|deadline|until|starts?|starting|asap|urgent(?:ly)?|thanks|thx|thank|which|who|see"
    r"|logs|as|since|when|if|or|otherwise|high|low|medium|p[0-5]|priority|prio|non-urgent|not|someone|anyone|ideally"
    r"|possibly|preferably|expires?|jams|and (?:we|i|it|please|needs?|they|this)"
)
_END = re.compile(
    rf"[.](?i:{_ABBREVIATED})(?=\s+[^a-z\s]|\s*$)|[!?]+(?=\s|$)|[。！？]|\n|;\s|\s[–—-]\s|…\s"
    + rf"|(?i: because | so that |, (?=(?:{_NEXT})\b))".replace(" ", r"\s")
)
_CLOSERS = _compiled(
    r"(?:(?:^|[\s,(\[–-])(?:please|pls|plz|thanks|thank you|thx|cheers|bitte|danke|asap|as soon as possible|urgently"
    r"|immediately|right away|now|if possible|ideally|(?:at the )?(?:very )?latest|sometime|p[0-5]|non-urgent"
    r"|when(?:ever)? you (?:get|have|can|find)(?: \w+){0,3}|(?:high|low|medium) prio(?:rity)?"
    r"|at your (?:earliest )?convenience)[)\]]?|[\s,;:.!?–—*_~`-]+)$"
)
_DANGLING = _compiled(
    r"(?:\b(?:by|at|the|before|or|and|is|are|but|on|in|no|not|later|than|to|(?:before|after|until) it)| )+$"
)
_EMPTY = _compiled(
    r"(?:(?:an?|the|it|its|it['’]s|this|that|is|are|be|by|in|on|at|or|and|otherwise|due|deadline|fixed|done|get|i|we|need"
    r"|date|needed|required)\b|\W)*"
)


def title(text: str, clock: Clock) -> str:
    """A headline of at most 80 characters for `text`; empty only when nothing in the text can be seen."""
    seen = _UNSEEN.sub("", text[:_READ].replace("\r", "\n")).strip()
    line = seen.partition("\n")[0]
    return _raised(_short(_body(seen, clock) or _polished(line) or line))


def _body(text: str, clock: Clock) -> str:
    """The first clause that says something, without what may be left off at either end."""
    for _ in range(8):
        text = _opened(text, clock)
        end = _END.search(text)
        clause = _closed(text[: end.start()] if end else text, clock)
        if any(map(str.isalnum, clause)):
            return clause
        if not end:
            break
        text = text[end.end() :]
    return ""


def _opened(text: str, clock: Clock) -> str:
    """`text` without greeting, politeness, urgency and deadline at its beginning."""
    for _ in range(12):
        found = _OPENERS.match(text)
        if found and found.end():
            text = text[found.end() :].lstrip()
            continue
        ahead = next(deadlines(_lower(text[:_PHRASE]), clock), None)
        rest = text[ahead.end :] if ahead and not ahead.start else ""
        if not re.match(r"[,:]\s|\s(?:we|i)\s", rest) or _EMPTY.fullmatch(rest):
            break
        text = rest.lstrip(" ,:")
    return text


def _closed(clause: str, clock: Clock) -> str:
    """`clause` without politeness, punctuation and deadline at its end."""
    polished = _polished(clause)
    undated = _undated(polished, clock)
    return polished if undated == polished else _polished(_DANGLING.sub("", undated))


def _polished(clause: str) -> str:
    """`clause` without politeness and punctuation at its end."""
    for _ in range(6):
        head, tail = clause[:-_PHRASE], clause[-_PHRASE:]
        shorter = head + _CLOSERS.sub("", tail)
        if shorter == clause:
            break
        clause = shorter
    return clause.strip()


def _undated(clause: str, clock: Clock) -> str:
    """`clause` without the deadline that ends it, if more is said; "for Q1" says what, not only when, and stays."""
    head, tail = clause[: -2 * _PHRASE], _lower(clause[-2 * _PHRASE :])
    found = next((day for day in deadlines(tail, clock) if day.end == len(tail)), None)
    if not found or tail.startswith("for q", found.start) or _EMPTY.fullmatch(head + tail[: found.start]):
        return clause
    return clause[: len(head) + found.start]


def _short(text: str) -> str:
    """`text` cut at a word, or between two characters that do not join, when it is too long."""
    longest = _longest(text)
    if len(text) <= longest:
        return text
    least = longest - LONGEST // 2
    cut = text.rfind(" ", least, longest)
    if cut < 0:
        cut = longest - 1
        while cut > least and _joined(text, cut):
            cut -= 1
    cut = next((each.start() for each in _REFERENCE.finditer(text) if each.start() < cut < each.end()), cut)
    return text[:cut].rstrip(" ,;:") + "…"


def _longest(text: str) -> int:
    """How long `text` may be: somebody is read as a name, however long the platform's reference to them is."""
    longest = LONGEST
    for each in _REFERENCE.finditer(text):
        if each.start() < longest:
            longest += max(0, len(each[0]) - _NAME)
    return longest


def _joined(text: str, place: int) -> bool:
    """Whether the characters on either side of `place` are drawn as one."""
    mark = text[place]
    skin = "\U0001f3fb" <= mark <= "\U0001f3ff"
    return bool(unicodedata.combining(mark)) or mark in "\u200d\ufe0f" or text[place - 1] == "\u200d" or skin


def _lower(text: str) -> str:
    """`text` in lower case and of the same length (in lower case İ would be two characters)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _raised(text: str) -> str:
    """`text` with its first letter in upper case, except in names such as iPhone."""
    first = text[:1].upper()
    return text if len(first) != 1 or text[1:2].isupper() else first + text[1:]
