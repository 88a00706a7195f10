"""What people see of Slack's blocks: lines of text, and controls by their labels."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Payload = dict[str, Any]


@dataclass(frozen=True)
class Control:
    """A button, or a menu with its options by label; `unfurl` is the address below which it was unfurled."""

    label: str
    action_id: str
    kind: str
    value: str = ""
    options: dict[str, str] = field(default_factory=dict)
    url: str = ""
    block_id: str = ""
    unfurl: str = ""


@dataclass(frozen=True)
class Seen:
    """A message or view as somebody sees it. `ref` is its ts or id; `payload` what Slack holds."""

    ref: str
    channel: str
    thread: str | None
    author: str
    lines: tuple[str, ...]
    controls: dict[str, Control]
    edited: bool = False
    pings: tuple[str, ...] = ()
    payload: Payload = field(default_factory=dict, compare=False)

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def seen(message: Payload, channel: str) -> Seen:
    """A stored message as people see it: its blocks, or its text where it has none, and what was unfurled below."""
    blocks, unfurls = message.get("blocks", []), message.get("attachments", [])
    lines = [line for block in blocks for line in lines_of(block)] or message.get("text", "").split("\n")
    below = [block for each in unfurls for block in each["blocks"]]
    pings = tuple(each["user_id"] for each in parts([*blocks, *below]) if each.get("type") == "user")
    return Seen(
        ref=message["ts"],
        channel=channel,
        thread=message.get("thread_ts"),
        author=message.get("user", ""),
        lines=(*lines, *(line for block in below for line in lines_of(block))),
        controls=_controls(blocks) | {k: v for each in unfurls for k, v in _controls(**each).items()},
        edited="edited" in message,
        pings=pings,
        payload=message,
    )


def seen_view(view: Payload) -> Seen:
    """A modal or a home as people see it."""
    lines = [line for block in view["blocks"] for line in lines_of(block)]
    title = [view["title"]["text"]] if "title" in view else []
    return Seen(view["id"], "", None, "", (*title, *lines), _controls(view["blocks"]), payload=view)


def _controls(blocks: list[Payload], app_unfurl_url: str = "", **_: Any) -> dict[str, Control]:
    found = (each for block in blocks for each in controls_of(block))
    return {each.label: replace(each, unfurl=app_unfurl_url) for each in found}


def lines_of(block: Payload) -> list[str]:
    """The lines of text that one block shows."""
    match block["type"]:
        case "header":
            return [block["text"]["text"]]
        case "section":
            return _unescaped(block["text"])
        case "context":
            return [line for each in block["elements"] for line in _unescaped(each)]
        case "rich_text":
            return [line for part in block["elements"] for line in _rich(part)]
        case "input":
            return [block["label"]["text"]]
        case _:
            return []


def controls_of(block: Payload) -> Iterator[Control]:
    """The controls of one block."""
    elements = block["elements"] if block["type"] == "actions" else [block["accessory"]] if "accessory" in block else []
    for each in elements:
        label = (each.get("text") or each.get("placeholder") or {"text": ""})["text"]
        given = [
            *each.get("options", []),
            *(one for group in each.get("option_groups", []) for one in group["options"]),
        ]
        options = {one["text"]["text"]: one["value"] for one in given}
        where = block.get("block_id", "")
        yield Control(
            label, each["action_id"], each["type"], each.get("value", ""), options, each.get("url", ""), where
        )


def parts(thing: Any) -> Iterator[Payload]:
    """Every object within."""
    if isinstance(thing, dict):
        yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for each in thing:
            yield from parts(each)


def _rich(part: Payload) -> list[str]:
    if part["type"] == "rich_text_list":
        return ["• " + "".join(map(_run, item["elements"])) for item in part["elements"]]
    text = "".join(map(_run, part["elements"]))
    mark = "> " if part["type"] == "rich_text_quote" else ""
    return [mark + line for line in text.split("\n")]


def _run(run: Payload) -> str:
    match run["type"]:
        case "user":
            return f"<@{run['user_id']}>"
        case "date":
            return str(run["fallback"])
        case "emoji":
            return "⚠" if run["name"] == "warning" else f":{run['name']}:"
        case _:
            return str(run.get("text", run.get("url", "")))


def _unescaped(text: Payload) -> list[str]:
    shown = text["text"]
    if text["type"] == "mrkdwn":
        shown = shown.replace("*", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return str(shown).split("\n")
