"""What every recorded payload comes to. `recorded/README.md` says where each shape is from."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.slack.reading import parse
from adapters.slack.reading.parse import Here
from bot.events import Account, Event, Place, Quoted

Payload = dict[str, Any]

FOLDER = Path(__file__).parent / "recorded"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
NOW = datetime(2025, 11, 27, 9, tzinfo=UTC)

_PRINTER = "the badge printer on 3 jams, need it before Friday"
_ROOT = "1764234001.000100"
_CARD = "1764234002.000200"
_PHOTO = ("https://acme.slack.com/files/U0ANNA/F0PHOTO/jam.jpg",)
_PRESSED = "https://hooks.slack.com/actions/T0ACME/2/bB2"
_CHOSEN = "https://hooks.slack.com/app/T0ACME/3/cC3"
_TYPED = "https://hooks.slack.com/commands/T0ACME/1/aA1"
_LIFT = "the lift (https://wiki.acme.example) is stuck & <@U0CARL> knows"


def recorded(name: str) -> Payload:
    """A recorded payload."""
    payload: Payload = json.loads((FOLDER / f"{name}.json").read_text())
    return payload


def read(payload: Payload, *, peer: bool = False) -> Event | None:
    """The event in a payload, where T0ACME and E0GRID have installed us, and the `peer` may have."""
    for team, enterprise in parse.heard_by(payload):
        if team == "T0ACME" or enterprise == "E0GRID" or (peer and team == "T0PEER"):
            return parse.event(payload, Here(team, "U0BMM", enterprise if enterprise == "E0GRID" else ""), NOW)
    raise LookupError("heard by nobody")


def _place(
    channel: str,
    thread: str | None = None,
    name: str = "",
    kind: Any = "channel",
    team: str = "T0ACME",
    private: bool = False,
) -> Place:
    return Place("slack", f"slack:{team}", channel, thread, kind, name, private or kind == "group")


def _event(key: str, how: Any, at: str, place: Place, user: str, **more: Any) -> Event:
    moment = datetime.fromtimestamp(float(at), UTC) if at else NOW
    actor = Account("slack", place.tenant, user) if user else None
    if more.get("message"):
        more["link"] = f"https://slack.com/archives/{place.channel}/p{more['message'].replace('.', '')}"
    return Event(f"{place.tenant}:{key}", how, moment, place, actor, **more)


def _said(how: Any, stamp: str, place: Place, user: str = "U0ANNA", at: str = "", key: str = "", **more: Any) -> Event:
    """Words, or something about them."""
    identity = f"{place.channel}:{stamp}{key}"
    return _event(identity, how, at or stamp, place, user, **({"text": _PRINTER} | more), message=stamp)


def _told(number: int, intent: str, at: str, channel: str = "C0OPS", user: str = "U0ANNA", name: str = "") -> Event:
    """A tiding."""
    return _event(f"Ev{number:07d}", "told", at, _place(channel, name=name), user, intent=intent)


def _pressed(number: int, place: Place, user: str = "U0ANNA", at: str = "1764234200.000100", **more: Any) -> Event:
    """A control."""
    values = {"intent": 'item.take {"item":"i42"}', "trigger": f"9200.{number:04d}.bbbb"} | more
    return _event(f"{values['trigger']}:{at}", "control", at, place, user, **values)


def _shortcut(number: int, intent: str, place: Place, user: str = "U0ANNA", **more: Any) -> Event:
    trigger = f"9200.{number:04d}.bbbb"
    return _event(trigger, "control", "", place, user, intent=intent, trigger=trigger, **more)


def _quoted(stamp: str, channel: str, text: str, author: str = "U0BEN", **more: Any) -> Quoted:
    return Quoted(stamp, text, author, f"https://slack.com/archives/{channel}/p{stamp.replace('.', '')}", **more)


def _typed(number: int, text: str, place: Place, user: str = "U0ANNA") -> Event:
    trigger = f"9100.{number:04d}.aaaa"
    return _event(trigger, "command", "", place, user, text=text, trigger=trigger, answer=_TYPED)


def _form(number: int, place: Place, told: str, user: str = "U0ANNA", **more: Any) -> Event:
    key = f"V0MODAL:1764234400.fF6gG:{told}"
    values = {"values": {"title": "Badge printer jams"}, "trigger": f"9200.{number:04d}.bbbb"} | more
    return _event(key, "form", "", place, user, intent='item.edit {"item":"i42"}', **values)


_OPS, _THREAD, _SHARED = _place("C0OPS"), _place("C0OPS", _ROOT), _place("C0SHARED")
_ALL = {
    "title": "Badge printer jams", "priority": "high", "owner": "<@U0BEN>", "due": "2025-11-28",
    "request": "one two", "estimate": "",
}  # fmt: skip
_EDIT: dict[str, Any] = {
    "at": "1764234060.000000",
    "key": ":1764234060.000000",
    "text": _PRINTER.replace("3", "4"),
    "named": True,
}
_GONE: dict[str, Any] = {"key": ":deleted", "text": ""}
_LINKS = "https://bmm.acme.example/items/OPS-42 https://bmm.acme.example/b/items/OPS-7/?from=mail"

EXPECTED: dict[str, Event | None] = {
    # words
    "mention": _said("mention", _ROOT, _OPS),
    "mention_twin": _said("mention", _ROOT, _OPS),
    "mention_in_thread": _said("mention", _CARD, _THREAD),
    "mention_private": _said("mention", "1764234003.000300", _place("G0BOARD")),
    "mention_group_chat": _said("mention", "1764234004.000400", _place("C0MPIM", kind="group")),
    "mention_with_files": _said("mention", "1764234005.000500", _OPS, files=_PHOTO),
    "direct": _said("direct", "1764234006.000600", _place("D0ANNA", kind="personal"), text="log the badge printer"),
    "direct_with_file": _said(
        "direct", "1764234007.000700", _place("D0ANNA", kind="personal"), text="this one", files=_PHOTO
    ),
    "reply": _said("reply", "1764234008.000800", _THREAD, text="by Friday"),
    "reply_broadcast": _said("reply", "1764234009.000900", _THREAD, text="by Friday"),
    "overheard": _said(
        "overheard", "1764234010.001000", _OPS,
        text="is ops-42 the same as OPS-7? see https://wiki.acme.example/WIKI-99",
    ),
    "overheard_list": None,
    "chatter": None,
    "bot_message": None,
    "channel_join_message": None,
    # words edited and taken back
    "mention_edited": _said("edited", _ROOT, _OPS, **_EDIT),
    "message_changed": _said("edited", _ROOT, _OPS, **_EDIT),
    "message_unfurled": None,
    "message_changed_by_us": None,
    "message_deleted": _said("deleted", _ROOT, _OPS, at="1764234070.001800", **_GONE),
    "message_deleted_with_answers": _said("deleted", _ROOT, _OPS, at="1764234071.001900", **_GONE),
    # shared channels and organisations
    "mention_shared": _said("mention", _ROOT, _SHARED, "U0PIA", outsider=True),
    "mention_shared_own": _said("mention", "1764234015.001500", _SHARED),
    "file_shared_from_outside": _said("mention", "1764234016.001600", _SHARED, "U0PIA", outsider=True),
    "mention_grid": _said("mention", _ROOT, _place("C0WIDE", team="T0GRID1"), "W0GRETA"),
    "mention_grid_shared": _said("mention", _ROOT, _place("C0WIDE", team="T0GRID1"), "U0PIA", outsider=True),
    # around words
    "reaction_added": _said(
        "reaction", _ROOT, _OPS, "U0BEN", "1764234080.002000", "+inbox_tray:U0BEN", text="inbox_tray"
    ),
    "reaction_with_skin": _said("reaction", _ROOT, _OPS, "U0BEN", "1764234081.002100", "++1:U0BEN", text="+1"),
    "reaction_by_us": None,
    "reaction_on_file": None,
    "link_shared": _event(
        "Ev0000031", "linked", "1764234017.002200", _THREAD, "U0ANNA", text=_LINKS, message="1764234017.001700"
    ),
    "link_in_composer": None,
    "link_elsewhere": None,
    "home_opened_first": _event(
        "Ev0000034", "opened", "1764234090.002300", _place("U0ANNA", kind="home"), "U0ANNA", blank=True
    ),
    "home_opened_again": _event("Ev0000035", "opened", "1764234090.002300", _place("U0ANNA", kind="home"), "U0ANNA"),
    "home_messages_tab": None,
    # what becomes of channels
    "channel_rename": _told(37, 'place.renamed {"name":"operations"}', "1764234100.000100", user="", name="operations"),
    "group_rename": _told(
        38, 'place.renamed {"name":"operations"}', "1764234101.000100", "G0BOARD", user="", name="operations"
    ),
    "channel_archive": _told(39, "place.closed", "1764234102.000100"),
    "group_archive": _told(40, "place.closed", "1764234103.000100", "G0BOARD"),
    "channel_unarchive": _told(41, "place.opened", "1764234104.000100"),
    "group_unarchive": _told(42, "place.opened", "1764234105.000100", "G0BOARD"),
    "channel_deleted": _told(43, "place.closed", "", user=""),
    "group_deleted": _told(44, "place.closed", "1764234106.000100", "G0BOARD"),
    "channel_left": _told(45, "place.closed", "1764234107.000100"),
    "group_left": _told(46, "place.closed", "1764234108.000100", "G0BOARD"),
    "member_joined_channel": _told(47, "place.joined", "1764234109.000100"),
    "member_joined_other": None,
    "channel_id_changed": _told(51, 'place.moved {"to":"C0BOARD"}', "1764234113.000100", "G0BOARD", ""),
    "app_uninstalled": None,  # of the installation, and not of the core
    "tokens_revoked": None,
    "app_rate_limited": None,
    # commands
    "command": _typed(1, "assign 12 <me> <@U0BEN>", _place("C0OPS", name="ops")),
    "command_group_chat": _typed(2, "board", _place("C0MPIM", kind="group")),
    "command_grid": _typed(3, "board", _place("C0OPS", name="ops", team="T0GRID1"), "W0GRETA"),
    # controls
    "press": _pressed(1, _place("C0OPS", name="ops"), message=_CARD, answer=_PRESSED),
    "choose_in_thread": _pressed(
        2, _place("C0OPS", _ROOT, "ops"), at="1764234201.000100", intent="item.prioritise", message=_CARD,
        answer=_PRESSED,
    ),
    "press_root_of_thread": _pressed(3, _place("C0OPS", name="ops"), message=_CARD, answer=_PRESSED),
    "press_ephemeral": _pressed(4, _place("C0OPS", _ROOT, "ops"), message="1764234018.001800", answer=_PRESSED),
    "press_unfurl": _pressed(5, _place("C0OPS", name="ops"), message="1764234017.001700", answer=_PRESSED),
    "press_home": _pressed(6, _place("U0ANNA", kind="home")),
    "press_modal": _pressed(7, _place("C0OPS", _ROOT, "ops"), message=_CARD, answer="view:V0MODAL"),
    "press_link": None,
    "press_shared": _pressed(
        9, _place("C0SHARED", name="acme-peer"), "U0PIA", message=_CARD, answer=_PRESSED, outsider=True
    ),
    "press_shared_theirs": _pressed(
        10, _place("C0SHARED", name="acme-peer"), "U0PIA", message=_CARD, answer=_PRESSED, outsider=True
    ),
    "press_grid": _pressed(
        11, _place("C0OPS", name="ops", team="T0GRID1"), "W0GRETA", message=_CARD, answer=_PRESSED, unproven=True
    ),
    "press_home_other_workspace": _pressed(12, _place("W0GRETA", kind="home", team="T0GRID2"), "W0GRETA"),
    # shortcuts
    "shortcut_message": _shortcut(
        20, "item.log_this", _place("C0OPS", "1764234019.001900", "ops"), message="1764234019.001900", answer=_CHOSEN,
        quoted=_quoted("1764234019.001900", "C0OPS", _LIFT, files=_PHOTO),
    ),
    "shortcut_in_thread": _shortcut(
        21, "item.log_this", _place("G0BOARD", _ROOT, private=True), message="1764234020.002000", answer=_CHOSEN,
        quoted=_quoted("1764234020.002000", "G0BOARD", _LIFT, thread=_ROOT),
    ),
    "shortcut_on_alert": _shortcut(
        22, "item.log_this", _place("C0OPS", "1764234021.002100", "ops"), message="1764234021.002100", answer=_CHOSEN,
        quoted=_quoted("1764234021.002100", "C0OPS", "Disk full\nsrv-7 at 98 %", ""),
    ),
    "shortcut_global": _shortcut(23, "item.log_new", _place("U0ANNA", kind="personal")),
    "shortcut_grid": _shortcut(24, "item.log_new", _place("W0GRETA", kind="personal", team="T0GRID2"), "W0GRETA"),
    # forms
    "form": _form(
        30, _place("C0OPS", _ROOT, "ops"), "af4a5915ed86d7eb", values=_ALL, message=_CARD, answer=_PRESSED
    ),
    "form_home": _form(31, _place("U0ANNA", kind="home"), "8102b0943f13e9a9"),
    "form_anywhere": _form(32, _place("U0ANNA", kind="personal"), "8102b0943f13e9a9"),
    "form_shared": _form(33, _SHARED, "8102b0943f13e9a9", "U0PIA", outsider=True),
    "form_closed": None,
    "suggestion": None,
}  # fmt: skip
