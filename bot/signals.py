"""What the words of an ask say about its urgency and its type."""

import re

_NO = r"(?:not|(?:is|are|was|do|does|would|ai|need)n['’]?t|nothing|never|no|non|hardly)"
_VERY = r"(?:(?:that|so|very|super|really|particularly|terribly|too|at all|an?|all|yet|hugely|overly)[\s-])"
_CALM = (
    rf"{_NO}[\s-]{_VERY}{{0,2}}(?:urgent(?:ly)?|urgency|asap|critical|important|emergency|pressing"
    r"|(?:high|top)[\s-]prio(?:rity)?)|(?:no|not (?:in )?(?:a|any)|without) (?:rush|hurry)"
    r"|not time[- ](?:critical|sensitive)"
)
_PLACE = "".join(rf"(?<!{word}\s)" for word in "level floor room park garage parking deck printer".split())
_PRIORITY = r"(?:prio(?:rity)?|urgency|severity)"


def _degree(words: str) -> str:
    """A step said as a priority: `high priority`, `priority: high`."""
    return rf"(?:{words})[\s-]{_PRIORITY}\b|\b{_PRIORITY}\s?(?::|=|is|-)?\s?(?:{words})"


def _level(digits: str) -> str:
    """A step said as a number: `p1`, `sev 1`; not the `p2` of a car park."""
    return rf"{_PLACE}p{digits}|sev(?:erity)?[\s-]?{digits}"


_STEPS = {
    "Low": rf"{_CALM}|{_degree('low(?:est)?|lower|minor')}|{_level('4')}|nice[\s-]to[\s-]have|whenever"
    r"|when (?:you|someone|somebody|anyone|we|there)(?:['’]?s| is| are)?(?: (?:get|gets|have|has|find|finds|got))?"
    r"(?: (?:a|some|the))? (?:chance|time|moment|minute|free)|at your (?:leisure|convenience)|some ?day",
    "None": rf"{_degree('no|none')}|{_level('5')}",
    "Urgent": rf"urgent(?:ly)?(?! care)|asap|a\.s\.a\.p|as (?:soon|quickly|fast) as (?:possible|you can)"
    rf"|immediate(?:ly)?|right (?:now|away)|straight ?away|{_degree('top|highest|urgent|critical|immediate')}"
    rf"|{_level('[01]')}|critical(?! (?:path|mass|thinking|illness))|show[\s-]?stopper|emergency(?! (?:exit|light|door"
    r"|generator|contact|stair|number|plan|drill|kit|change|access|power|response|service|procedure|phone|button))",
    "High": rf"{_degree('high|higher')}|{_level('2')}|important(?:ly)?|pressing|time[- ](?:critical|sensitive)",
    "Medium": rf"{_degree('medium|normal|moderate|mid')}|{_level('3')}",
}
_ORDER = ("Urgent", "High", "Medium", "None", "Low")

_THING = r"(?:logo|image|photo|picture|screen|display|video|page|map|table|sign)"
_TYPES = {
    "escalation": r"escalat(?:e[sd]?|ing|ions?)\b(?! (?:policy|policies|path|matrix|process|contact|procedure|rota))",
    "change": r"change[\s-]requests?|chg\d{4,}|change window|rfc(?! ?-?\d)",
    "project": r"(?:new|start(?:ing)? an?|kick(?:ing)? off an?|as an?|run an?|plan an?) (?:\w+ )?project|project:"
    r"|roll(?:ing)?[\s-]?out|migrat(?:e|ing) (?:all|every|everything|the whole|the entire)|migration of all"
    r"|company[\s-]wide",
    "upgrade": r"upgrad(?:e[sd]?|ing)",
    "maintenance": r"patch(?:es|ed|ing)?(?! (?:panel|cable|lead|cord|bay))|renew(?:s|ed|al|als|ing)?|housekeeping"
    rf"|maintenance|rotat(?:e|ing|ion of)(?! (?:the |this |that |an? |my |our )?(?:\w+ )?{_THING})"
    r"|clean(?:ing)?[\s-]?up",
}


def _either(words: dict[str, str]) -> re.Pattern[str]:
    """Any of the words, as whole words, under the name they stand for."""
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(f"(?P<{name}>{said})" for name, said in words.items()) + r")(?![\w-])"
    )


_URGENCY, _TYPE = _either(_STEPS), _either(_TYPES)


def urgency(text: str) -> str | None:
    """The highest step said in lower-case `text`, Low only when nothing higher is; None when nothing is said of it."""
    said = {found.lastgroup for found in _URGENCY.finditer(text)}
    return next((step for step in _ORDER if step in said), None)


def type_(text: str) -> str | None:
    """The type said in lower-case `text`; of several escalation, change, project, maintenance in this order."""
    said = {found.lastgroup for found in _TYPE.finditer(text)}
    kind = next((kind for kind in _TYPES if kind in said), None)
    return "change" if kind == "upgrade" else kind
