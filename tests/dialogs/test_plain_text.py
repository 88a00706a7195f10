"""Text from people is shown as text in both houses: no injected mentions, links or markup (product rule 11)."""

from typing import Any

import pytest

from tests.fakes.slack_seen import parts
from tests.harness import HouseName, Room, Seen, opened

HOSTILE = {
    "channel": "<!channel> come quick",
    "everyone": "<!everyone|here> <!subteam^S1> <#C1|x>",
    "mention": "ask <@U2BEN> and @channel",
    "link": "see <https://evil.example|our bank>",
    "markdown": "*bold* _it_ ~no~ `code` **x** [a](http://evil.example)",
    "html": "</b><script>alert(1)</script><img src=x onerror=alert(1)>",
    "blanks": "{key} {title} {0} %s \\n",
    "quote": "> quoted\n• listed :tada: &lt;b&gt; &amp;",
}
HOUSES: tuple[HouseName, ...] = ("playground", "slack")


async def shown(room: Room, text: str) -> Seen:
    """The card of an ask that came by a form, whose words nobody escapes on the way."""
    await room.command("Ada", "ops", "add")
    await room.submit("Ada", {"What is asked for?": text})
    await room.command("Ada", "ops", "board")
    await room.command("Ada", "ops", "history 1")
    await room.command("Ada", "ops", "dsu")
    await room.command("Ada", "ops", "start")
    return [each for each in await room.messages("ops") if "logged" in each.text][-1]


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_words_are_shown_as_they_were_written(text: str, house: HouseName, sqlite_url: str) -> None:
    async with opened(house, sqlite_url) as room:
        await shown(room, text)
        for each in await room.everything():
            assert each.pings == ()
            for part in parts(each.raw):
                assert not _risky(part), part


@pytest.mark.parametrize("house", HOUSES)
async def test_every_character_of_a_request_arrives(house: HouseName, sqlite_url: str) -> None:
    pieces = [each.replace("`", "").replace("**", "") for name, each in HOSTILE.items() if name != "mention"]
    text = "first: " + " / ".join(each.replace("\n", " ") for each in pieces)
    async with opened(house, sqlite_url) as room:
        card = await shown(room, text)
        assert "".join(text.split()) in "".join(card.text.replace("\n> ", "\n").split())


def _risky(part: dict[str, Any]) -> bool:
    """Whether Slack would read markup, a link or a broadcast in what is drawn here."""
    match part:
        case {"type": "mrkdwn", "text": str(text)}:
            return any(each in text for each in ("<!", "<@", "<#", "evil.example|", "*bold*", "_it_", "~no~", ":tada:"))
        case {"type": "link", "url": str(url), "text": str(text)} | {"href": str(url), "text": str(text)}:
            return text != url and not url.startswith(("https://slack.com/archives/C1OPS/", "/?"))
        case {"type": "broadcast" | "usergroup" | "user"} | {"ping": True}:
            return True
        case {"type": "emoji", "name": str(name)}:
            return name != "warning"
        case {"type": "message", "text": str(text)}:
            return "<!" in text or "<@" in text
        case _:
            return False
