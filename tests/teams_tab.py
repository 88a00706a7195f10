"""Somebody's own page in Teams, which is a tab: what stands on it, what is pressed there, and what is answered."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from adapters.playground import render
from bot.bot import Bot
from bot.events import Account, Event, How, Place
from bot.messages import Form, Message
from bot.ports import Answer, Errors
from bot.wire import pack
from tests.harness import BOT, Control, Seen, SeenForm, joined
from tests.playground_house import asked, parts, text

Data = dict[str, Any]

_numbers = itertools.count(1)


@dataclass
class Tab:
    """The tab of one person, who may never have looked at it. `form` stands open in it, `notice` tells something."""

    bot: Bot
    person: str
    account: Account
    looked: bool = False
    form: Form | None = None
    errors: Errors | None = None
    notice: Message | None = None
    ref: str = ""

    @property
    def place(self) -> Place:
        """Where the page stands."""
        return Place(self.account.platform, self.account.tenant, self.account.user, kind="home")

    async def look(self) -> None:
        """Open the tab."""
        self.looked = True
        await self._ask("opened")

    async def page(self) -> Seen | None:
        """What stands on it, where somebody has looked."""
        if not self.looked:
            return None
        return self._seen(await self.bot.viewing.page("home", self.place, self.account), "home")

    def told(self) -> Seen | None:
        """What the tab told last, which stands before the page."""
        return self._seen(self.notice, self.ref) if self.notice else None

    def asked(self) -> SeenForm | None:
        """The form that stands open before the page."""
        if self.form is None:
            return None
        drawn = render.form(self.form)
        fields = tuple(map(asked, drawn["fields"]))
        labels = {each.name: each.label for each in fields}
        wrong = render.errors(self.errors).items() if self.errors else ()
        errors = tuple((labels.get(name, name), words) for name, words in wrong)
        return SeenForm(drawn["title"], fields, errors, text(drawn["note"] or []), self)

    async def press(self, intent: str, ref: str) -> None:
        """Press what becomes this intent; the answer stands before the page, known by `ref`."""
        self._answered(await self._ask("control", intent=intent), ref)

    async def submit(self, values: dict[str, str], ref: str) -> None:
        """Submit the open form."""
        assert self.form is not None
        whole = {each.name: each.initial for each in self.form.fields} | values
        answer = await self._ask("form", intent=pack(self.form.intent), values=whole)
        if isinstance(answer, Errors):
            self.errors = answer
        else:
            self.form = None
            self._answered(answer, ref)

    def close(self) -> None:
        """Close what stands before the page."""
        self.form = self.errors = self.notice = None

    async def _ask(self, how: How, **more: Any) -> Answer | None:
        key = f"{self.account.tenant}:tab:{self.account.user}:{next(_numbers)}"
        return await self.bot.ask(Event(key, how, self.bot.clock.now(), self.place, self.account, **more))

    def _answered(self, answer: Answer | None, ref: str) -> None:
        self.errors = None
        if isinstance(answer, Form):
            self.form, self.notice = answer, None
        elif isinstance(answer, Message):
            self.notice, self.ref = answer, ref

    def _seen(self, shown: Message, ref: str) -> Seen:
        drawn = joined(parts(render.message(shown)))
        return Seen(ref, BOT, "", BOT, tuple(self._carrying(drawn)), to=self.person, raw=self)

    def _carrying(self, parts: tuple[str | Control, ...]) -> Iterator[str | Control]:
        for part in parts:
            yield replace(part, raw=None) if isinstance(part, Control) else part
