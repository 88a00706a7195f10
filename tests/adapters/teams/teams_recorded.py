"""What every recorded activity comes to. `recorded/README.md` says where each shape is from."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.teams.reading import invokes, tidings, words
from adapters.teams.reading.activity import Activity, activity
from adapters.teams.reading.invokes import Glance, Menu
from bot.events import Account, Event, Place, Quoted

Payload = dict[str, Any]
Came = Event | Menu | Glance | list[Event] | int | None  # what answers on the line otherwise is a status

FOLDER = Path(__file__).parent / "recorded"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
NOW = datetime(2025, 11, 27, 9, 30, tzinfo=UTC)

GUID = "ac0e0000-0000-4000-8000-000000000001"
TENANT = f"teams:{GUID}"
BOT = "28:b0700000-0000-4000-8000-000000000002"
GENERAL, OPS, BOARD, SHARED = (
    f"19:{name}@thread.tacv2" for name in ("team0acme", "ops0acme", "board0acme", "shared0acme")
)
TRIO, MEETING = "19:trio0acme@thread.v2", "19:meeting_MzJkacme@thread.v2"
ANNA, BEN, GUS, PIA = "29:1anna0acme", "29:1ben0acme", "29:1gus0acme", "29:1pia0peer"
KNOWN = (OPS, BOARD)  # the channels of the team that we have heard from

PRINTER = "the badge printer on 3 jams, need it before Friday"
TAKE = 'item.take {"item":"i42"}'
ROOT, CARD = "1764234001000", "1764234002000"
_BEN_IN_ENTRA = "aad00000-0000-4000-8000-00000000000b"
_JAM = ("https://acme-my.sharepoint.com/personal/anna/Documents/jam.jpg",)
_REPORTED = 'item.move {"item":"i42","lane":"DONE"}'


def recorded(name: str) -> Payload:
    """A recorded activity."""
    payload: Payload = json.loads((FOLDER / f"{name}.json").read_text())
    return payload


def read(payload: Payload, known: tuple[str, ...] = KNOWN) -> Came:
    """What an activity comes to. Raises Malformed."""
    told = activity(payload)
    match told.type:
        case "message":
            return invokes.submitted(told, NOW) or words.said(told, NOW)
        case "messageUpdate":
            return words.edited(told, NOW)
        case "messageDelete":
            return words.deleted(told, NOW)
        case "installationUpdate":
            return tidings.installed(told, NOW, known)
        case "conversationUpdate":
            return tidings.changed(told, NOW, known)
        case "invoke":
            return _invoked(told)
        case _:
            return None


def _invoked(told: Activity) -> Came:
    match told.name:
        case "adaptiveCard/action" | "task/fetch" | "task/submit" | "composeExtension/submitAction":
            return invokes.deed(told, NOW)
        case "composeExtension/fetchTask":
            return invokes.shortcut(told, NOW)
        case _:
            return 501


# --- places and events, as they are expected


def _place(channel: str = OPS, thread: str = "", *, name: str = "", private: bool = False) -> Place:
    return Place("teams", TENANT, channel, thread or None, name=name, private=private)


def _group(channel: str = TRIO, thread: str = "") -> Place:
    return Place("teams", TENANT, channel, thread or None, "group", private=True, flat=True)


def _own(user: str = ANNA) -> Place:
    return Place("teams", TENANT, user, kind="personal")


def _event(key: str, how: Any, place: Place, user: str | None = ANNA, at: datetime = NOW, **more: Any) -> Event:
    actor = Account("teams", TENANT, user) if user else None
    return Event(f"{TENANT}:{place.channel}:{key}", how, at, place, actor, **more)


def _said(how: Any, id: str, place: Place, user: str = ANNA, *, sort: str = "", change: str = "", **more: Any) -> Event:
    """Words, or something about them, at the second that their id names."""
    moment = NOW if change else datetime(2025, 11, 27, 9, tzinfo=UTC) + timedelta(seconds=int(id[8:10]))
    whole: dict[str, Any] = {
        "text": PRINTER,
        "message": id,
        "link": _link(place, id),
        "unproven": True,
    } | more
    return _event(f"{id}{change}", how, place, user, moment, **whole)


def _link(place: Place, message: str) -> str:
    where = f"https://teams.microsoft.com/l/message/{place.channel.replace(':', '%3A').replace('@', '%40')}/{message}"
    if place.kind == "group":
        return f"{where}?context=%7B%22contextType%22%3A%22chat%22%7D"
    return f"{where}?tenantId={GUID}&parentMessageId={place.thread or message}" if place.kind == "channel" else ""


def _typed(id: str, text: str, place: Place) -> Event:
    return _event(id, "command", place, text=text, unproven=True)


def _told(key: str, intent: str, place: Place, user: str | None = None, *, sort: str = "") -> Event:
    return _event(key, "told", place, user, intent=f"place.{intent}", unproven=True)


def _pressed(number: int, place: Place, user: str = ANNA, **more: Any) -> Event:
    whole: dict[str, Any] = {"intent": TAKE, "message": CARD, "unproven": True} | more
    whole |= {"link": _link(place, whole["message"]) if whole["message"] else ""}
    return _event(f"f:1000{number:04d}", "control", place, user, **whole)


def _filled(key: str, how: Any, place: Place, intent: str, **more: Any) -> Event:
    """What was done in a dialog, whose key says by whom and what."""
    whole: dict[str, Any] = {"message": CARD, "unproven": True} | more
    whole |= {"link": _link(place, whole["message"]) if whole["message"] else ""}
    return _event(f"{ANNA}:{key}", how, place, intent=intent, **whole)


def _logged(number: int, place: Place, message: str, text: str, author: str = _BEN_IN_ENTRA, **more: Any) -> Event:
    thread = place.thread or message
    link = f"https://teams.microsoft.com/l/message/19%3Aops0acme%40thread.tacv2/{message}?tenantId={GUID}"
    link = more.pop("link", f"{link}&parentMessageId={thread}")
    quoted = Quoted(message, text, author, link, **more)
    whole: dict[str, Any] = {"intent": "item.log_this", "message": message, "link": link, "quoted": quoted}
    return _event(f"f:1000{number:04d}", "control", place, **whole, unproven=True)


_THREAD = _place(thread=ROOT)
_MOVE = (("Doing", 'item.move {"item":"i42","lane":"DOING"}'), ("Done", _REPORTED))
_BOTH = (_place(), _place(BOARD))

EXPECTED: dict[str, Came] = {
    # words
    "mention": _said("mention", ROOT, _place()),
    "mention_in_thread": _said("mention", CARD, _THREAD),
    "mention_group_chat": _said("mention", "1764234003000", _group()),
    "mention_of_others": _said(
        "mention", "1764234005000", _place(), text=f"<@{BEN}> and @Facilities: ask <@{BEN}> about it"
    ),
    "mention_quoting": _said("mention", "1764234006000", _group(thread="1764234002500"), text="the auditors & me"),
    "mention_with_entities": _said(
        "mention", "1764234009000", _place(), text=f"R&D says <b>jams</b> <3 😀 <@{BEN}>"
    ),
    "mention_guest": _said("mention", "1764234010000", _place(), GUS),
    "mention_shared": _said("mention", "1764234011000", _place(SHARED), PIA),
    "mention_private": _said("mention", "1764234012000", _place(BOARD, private=True), sort="private"),
    "mention_standard": _said("mention", "1764234012500", _place(), sort="standard"),
    "mention_old_client": _said("mention", "1764234021000", _place()),
    "direct": _said("direct", "1764234004000", _own(), text="log the badge printer"),
    "direct_with_file": _said("direct", "1764234008000", _own(), text="this one", files=_JAM),
    "direct_old_client": _said("direct", "1764234022000", _own(), text="hello"),
    "command_targeted": _typed("1764234013000", "show 42", _place()),
    "command_targeted_group": _typed("1764234014000", "start 30", _group()),
    "typed_command": _typed("1764234015000", "show 42", _own()),
    # words that are heard where everything may be
    "reply": _said("reply", "1764234016000", _THREAD, text="by Friday"),
    "reply_quoting": _said("reply", "1764234007000", _group(thread="1764234002500"), text="the auditors"),
    "overheard": _said("overheard", "1764234017000", _place(), text="is ops-42 the same as OPS-7?"),
    "overheard_list": None,
    "chatter": None,
    "bot_message": None,
    # words edited, taken back and brought back
    "mention_edited": _said(
        "edited", ROOT, _place(), change=":7737b0cac1818497", text=PRINTER.replace("3", "4"), named=True
    ),
    "mention_undeleted": None,
    "mention_deleted": _said("deleted", ROOT, _place(), change=":deleted", text=""),
    "direct_deleted": _said("deleted", "1764234004000", _own(), change=":deleted", text=""),
    # cards of clients that know no newer way
    "press_as_message": _event(
        "1764234041000", "control", _THREAD, intent=TAKE, message=CARD, link=_link(_THREAD, CARD), unproven=True
    ),
    "menu_as_message": Menu("Move", _MOVE, 0),
    "reaction_added": None,
    "reaction_removed": None,
    # bmm comes and goes
    "installed_team": [_told("f:1a570050:add", "joined", _place(), ANNA)],
    "removed_team": [_told("f:1a570051:remove", "closed", each) for each in _BOTH],
    "upgraded_team": [],
    "installed_group": [_told("f:1a570053:add", "joined", _group(), ANNA)],
    "removed_group": [_told("f:1a570054:remove", "closed", _group())],
    "installed_personal": [],
    "removed_personal": [],
    "installed_meeting": [_told("f:1a570057:add", "joined", _group(MEETING), ANNA)],
    "bot_added_team": [],
    "bot_removed_team": [_told("f:c0de0002:teamMemberRemoved", "closed", each) for each in _BOTH],
    "bot_added_group": [_told("f:c0de0003:conversationUpdate", "joined", _group(), ANNA)],
    "bot_removed_group": [_told("f:c0de0004:conversationUpdate", "closed", _group())],
    "bot_added_personal": [],
    "bot_added_shared": [
        _told("f:c0de0006:channelMemberAdded", "joined", _place(SHARED, name="acme-peer"), ANNA)
    ],
    "bot_removed_private": [
        _told(
            "f:c0de0007:channelMemberRemoved", "closed", _place(BOARD, name="board", private=True), sort="private"
        )
    ],
    "member_added": [],
    "member_removed": [
        _told(f"f:c0de0009:teamMemberRemoved:{BEN}", f'left {{"user":"{BEN}"}}', each) for each in _BOTH
    ],
    "member_added_shared": [],
    # what becomes of channels and teams
    "channel_created": [],
    "channel_renamed": [_told("f:c0de0012:channelRenamed", 'renamed {"name":"operations"}', _place())],
    "channel_deleted": [_told("f:c0de0013:channelDeleted", "closed", _place())],
    "channel_restored": [_told("f:c0de0014:channelRestored", "opened", _place())],
    "channel_shared": [],
    "channel_unshared": [],
    "team_renamed": [_told("f:c0de0017:teamRenamed", 'renamed {"name":"Acme Works"}', _place(GENERAL))],
    "team_archived": [_told("f:c0de0018:teamArchived", "closed", each) for each in _BOTH],
    "team_unarchived": [_told("f:c0de0019:teamUnarchived", "opened", each) for each in _BOTH],
    "team_deleted": [_told("f:c0de0020:teamDeleted", "closed", each) for each in _BOTH],
    "team_hard_deleted": [_told("f:c0de0021:teamHardDeleted", "closed", each) for each in _BOTH],
    "team_restored": [_told("f:c0de0022:teamRestored", "opened", each) for each in _BOTH],
    # controls, menus and forms
    "execute": _pressed(1, _place()),
    "execute_in_thread": _pressed(2, _THREAD),
    "execute_group": _pressed(3, _group()),
    "execute_personal": _pressed(4, _own()),
    "execute_old_client": _pressed(5, _THREAD),
    "execute_shared": _pressed(6, _place(SHARED, ROOT), PIA),
    "refresh": Glance(_place(), CARD),
    "fetch_form": _pressed(8, _place(), intent='item.edit {"item":"i42"}'),
    "fetch_menu": Menu("Move", _MOVE, 0),
    "submit_choice": _filled("n0nce0:9690864a9f52799d", "control", _place(), _REPORTED),
    "submit_form": _filled(
        "n0nce1:dd694baeb5555823", "form", _THREAD, 'item.edit {"item":"i42"}',
        values={"title": "Badge printer jams", "owner": f"<@{BEN}>", "due": "2025-11-28", "estimate": ""},
    ),
    "submit_control": _filled("n0nce2:4a2fe4c3184a348e", "control", _THREAD, TAKE),
    "submit_own": _filled(
        "own.n0nce3:2c7dad432422fb1a", "form", _own(), "item.log_new", values={"words": "the lift"}, message=""
    ),
    # commands in Teams' own menus
    "log_message": _logged(
        14, _place(thread="1764234019900"), "1764234019900",
        "the lift (https://wiki.acme.example) is stuck & @Carl knows",
        files=("https://acme.sharepoint.com/sites/ops/jam.jpg",),
    ),
    "log_message_in_thread": _logged(15, _THREAD, "1764234020100", "it hums", thread=ROOT),
    "log_message_group": _logged(
        16, _group(), "1764234020200", "it hums\nand stops",
        link="https://teams.microsoft.com/l/message/19%3Atrio0acme%40thread.v2/1764234020200",
    ),
    "log_alert": _logged(17, _place(thread="1764234020300"), "1764234020300", "", ""),
    "log_compose": Event(
        f"{TENANT}:{OPS}:f:10000018", "control", NOW, _own(), Account("teams", TENANT, ANNA), intent="item.log_to",
        unproven=True,
    ),
    "log_command_box": _event("f:10000019", "control", _own(), intent="item.log_to", unproven=True),
    "submit_action": _filled(
        "n0nce4:bfbf86ee87bfa1ae", "form", _THREAD, 'item.log_this {"origin":"o1"}',
        values={"title": "The lift hums"}, message="",
    ),
    # what is not for us
    "query": 501,
    "verify_state": 501,
    "typing": None,
    "read_receipt": None,
    "meeting_start": None,
    "end_of_conversation": None,
}  # fmt: skip
