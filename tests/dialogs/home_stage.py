"""People who open their own page: what stands on it, and how often it was published."""

from dataclasses import dataclass, replace
from typing import Any

from bot.events import Place
from bot.messages import Button, Choice, Controls, Heading, Listing, Message, Quote, Text, plain
from tests.engine.house import TENANT, House


@dataclass(frozen=True)
class Opened:
    """What somebody sees: lines in order, and the labels of what can be pressed."""

    message: Message

    @property
    def lines(self) -> list[str]:
        """Every line, with those of lists."""
        found: list[str] = []
        for block in self.message.blocks:
            match block:
                case Text(words=words) | Heading(words=words):
                    found.append(plain(words))
                case Quote(text=text):
                    found.append(text)
                case Listing(title=title, rows=rows):
                    found += [plain(title)] if title else []
                    found += [plain(row.words).replace("\n", " | ") for row in rows]
                case _:
                    pass
        return found

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    def buttons(self) -> dict[str, Any]:
        """The intents of the buttons, by label; those of rows and menus too."""
        controls = [one for block in self.message.blocks if isinstance(block, Controls) for one in block.items]
        listings = [block for block in self.message.blocks if isinstance(block, Listing)]
        controls += [row.control for listing in listings for row in listing.rows if row.control]
        found: dict[str, Any] = {}
        for each in controls:
            for one in each.options if isinstance(each, Choice) else (each,):
                if isinstance(one, Button):
                    found.setdefault(plain(one.label), one.intent)
        return found

    def after(self, head: str) -> list[str]:
        """The lines below a heading, up to the next one."""
        heads = ("Waiting for you", "Yours", "You asked for")
        below = self.lines[self.lines.index(head) + 1 :]
        return below[: next((n for n, line in enumerate(below) if line in heads), None)]


def page(user: str, tenant: str = TENANT) -> Place:
    """Where somebody's page stands."""
    return Place("memory", tenant, user, kind="home")


async def opens(house: House, user: str, tenant: str = TENANT, **values: Any) -> None:
    """Somebody comes to their page."""
    await house.bot.keep(
        replace(house.event("opened", user, tenant=tenant, message="", **values), place=page(user, tenant))
    )
    await house.bot.settle()


def seen(house: House, user: str, tenant: str = TENANT) -> Opened:
    """What is published on somebody's page."""
    (stood,) = [each for each in house.platform.posts if each.place == page(user, tenant)]
    return Opened(stood.message)


def published(house: House, user: str) -> int:
    """How often somebody's page was published."""
    sent = [sending for _, sending in house.platform.sent] + [sending for _, _, sending in house.platform.edited]
    return sum(each.place == page(user) for each in sent)


async def press(house: House, user: str, label: str, **values: str) -> Message | None:
    """Press a button of one's page; the private answer."""
    event = house.press(seen(house, user).buttons()[label], user)
    answer = await house.bot.ask(replace(event, place=page(user)))
    await house.bot.settle()
    return answer if isinstance(answer, Message) else None
