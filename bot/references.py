"""The tickets, links and people that a text names."""

import re
from dataclasses import dataclass

_LINK = re.compile(r"<(https?://[^\s<>|]+)(?:\|([^<>\n]{0,500}))?>|(https?://[^\s<>|\"]+)", re.IGNORECASE)
PERSON = r"<@[\w:.\-]{1,150}(?:\|[^<>\n]{0,80})?>"  # somebody, as every platform's adapter names them to the core
_PERSON = re.compile(
    PERSON + r"|<!subteam\^\w{1,40}(?:\|[^<>\n]{0,80})?>|<at>[^<>\n]{1,80}</at>"
    r"|(?<![\w.@/:+-])@(?!(?:here|channel|everyone|all|team)\b)[^\W\d_][\w.'-]{0,79}+(?!/)"
)
_SERVICE_DESK = r"(?:INC|CHG|REQ|RITM|PRB|SCTASK|CTASK|TASK)\d{4,12}\b"
_KEY = r"[A-Z][A-Z0-9]{1,9}-\d{1,7}(?![\w-])"
_NO = r"(?:\s(?:no\.?|nr\.?|number|id))?[\s:]{0,2}"
_NUMBER = (
    rf"(?:ticket|tkt)s?{_NO}#?(\d{{2,12}})\b"
    rf"|(?:incident|case|issue|bug|request|call){_NO}(?:#(\d{{2,12}})|(\d{{5,12}}))\b"
    r"|(?<![/#])#(\d{2,12})\b(?!-)"
)
_TICKET = re.compile(rf"(?=[#A-Za-z])(?<![\w&-])(?:((?i:{_SERVICE_DESK}))|({_KEY})|(?i:{_NUMBER}))")
_NO_PROJECT = frozenset(
    "A0 A1 A2 A3 A4 A5 A6 AES ANSI ASCII B5 BASE BS CAT CHF CP CVE CWE COVID DDR DES DIN ECDSA ED EN EUR FIPS FY GBP"
    " GPT HDMI HMAC HTML HTTP IEC IEEE IP IPV ISO JSR KB KW LTE MD MP MPEG NIST PCI PEP RFC RJ RS RSA SHA SOC TLS TPM"
    " UCS UL USB USD UTF VDE WIN WPA".split()
)
_BROWSE = re.compile(rf"/browse/({_KEY})")
_HOST = re.compile(r"https?://(?:[^/@]{0,80}@)?([^/?#:]{1,60})", re.IGNORECASE)


@dataclass(frozen=True)
class References:
    """What a text names, each once and in the order said; in the `plain` text a link is its label or its host."""

    tickets: tuple[str, ...]
    links: tuple[str, ...]
    people: tuple[str, ...]
    plain: str


def references(text: str) -> References:
    """Read the references of `text` in time linear in its length.

    Service desk numbers come in upper case (`INC0012345`), keys as written (`OPS-42`), bare numbers as `#12345`; people
    as written (`@anna`, `<@U123>`). Names that only look like a key (`UTF-8`, `ISO-9001`) are none.
    """
    links: dict[str, None] = {}

    def label(found: re.Match[str]) -> str:
        link = found[1] or _bare(found[3])
        links[link] = None
        host = _HOST.match(link)
        return (found[2] or (host[1] if host else " ")) + (found[3] or "")[len(link) :]

    plain = _LINK.sub(label, text)
    people = dict.fromkeys(person.rstrip(".-'") for person in _PERSON.findall(plain))
    tickets = [_ticket(found) for found in _TICKET.finditer(plain)]
    tickets += [key for link in links for key in _BROWSE.findall(link)]
    return References(tuple(dict.fromkeys(filter(None, tickets))), tuple(links), tuple(people), plain)


def people_in(text: str) -> list[str]:
    """The users that a text refers to by the platform's own reference, in the order said."""
    return [found[2:-1].partition("|")[0] for found in re.findall(PERSON, text)]


def _bare(link: str) -> str:
    """`link` without the punctuation of the sentence around it; a bracket stays when it closes one of its own."""
    end = len(link)
    extra = {close: link.count(close) - link.count(open_) for open_, close in ("()", "[]", "{}")}
    while end and (link[end - 1] in ".,;:!?'*_~`…" or extra.get(link[end - 1], 0) > 0):
        end -= 1
        if link[end] in extra:
            extra[link[end]] -= 1
    return link[:end]


def _ticket(found: re.Match[str]) -> str:
    """The number or key found, in its one form; empty when it is the name of a standard."""
    desk, key, *numbers = found.groups()
    if desk:
        return str(desk).upper()
    if key:
        return "" if key.partition("-")[0] in _NO_PROJECT else str(key)
    return "#" + next(number for number in numbers if number)
