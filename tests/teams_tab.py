"""Somebody's own page in Teams, which is a tab: what its server answers to what they look at, press and fill in."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.fakes.teams_issuer import FakeIssuer
from tests.fakes.teams_world import Member
from tests.harness import BOT, Seen, SeenForm
from tests.teams_page import form_of, parts_of

Data = dict[str, Any]


@dataclass
class Tab:
    """The tab of one person, who may never have looked at it. `url` is where bmm is served, `issuer` their Entra.

    `form` stands open in it; `notice` tells something, in a dialog unless it is `short`, and the page has one dialog.
    """

    person: str
    url: str
    member: Member
    issuer: FakeIssuer
    looked: bool = False
    form: Data | None = None
    errors: dict[str, str] = field(default_factory=dict)
    notice: Data | None = None
    ref: str = ""
    _nonces: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def look(self) -> None:
        """Open the tab."""
        await self._ask("GET", "home", params={"opened": "1"})
        self.looked = True

    async def page(self) -> Seen | None:
        """What stands on it, where somebody has looked: the page asks anew while it is seen."""
        return self._seen(await self._ask("GET", "home"), "home") if self.looked else None

    def told(self) -> Seen | None:
        """What stands before the page, or beside it, and asks for nothing."""
        return self._seen({**self.notice, "html": self.notice["notice"]}, self.ref) if self.notice else None

    def asked(self) -> SeenForm | None:
        """The form that stands open before the page."""
        return form_of(self.form["title"], self.form["form"], self.errors, self) if self.form else None

    async def press(self, intent: str, ref: str) -> None:
        """Press what becomes this intent; the answer stands before the page, known by `ref`."""
        self._answered(await self._post("press", intent=intent), ref)

    async def submit(self, values: dict[str, str], ref: str) -> None:
        """Submit the open form. Raises LookupError for what cannot be chosen in it."""
        form = self.asked()
        assert self.form is not None
        assert form is not None
        for each in form.fields:
            chosen = values.get(each.name, each.initial)
            if each.options and chosen not in dict(each.options):
                raise LookupError(f"no {chosen!r} among {each.options}")
        whole = {each.name: each.initial for each in form.fields} | values
        answer = await self._post("submit", intent=self.form["intent"], values=whole)
        self.errors = answer.get("errors", {})
        if not self.errors:
            self._answered(answer, ref)

    def close(self) -> None:
        """Close what stands before the page."""
        self.form = self.notice = None
        self.errors = {}

    def _answered(self, answer: Data, ref: str) -> None:
        """As the page does: a form or long words are put into its dialog, all else closes it."""
        beside = self.notice if self.notice and self.notice["short"] else None
        self.close()
        if "form" in answer:
            self.form, self.notice = answer, beside
        elif "notice" in answer:
            self.notice, self.ref = answer, ref

    def _seen(self, drawn: Data, ref: str) -> Seen:
        title = (drawn["title"],) if drawn.get("short") is False else ()  # that of the page is its browser window's
        return Seen(ref, BOT, "", BOT, (*title, *parts_of(drawn["html"])), to=self.person, raw=self)

    async def _post(self, path: str, **body: Any) -> Data:
        return await self._ask("POST", path, json={"page": "home", "nonce": f"n{next(self._nonces)}", **body})

    async def _ask(self, method: str, path: str, **more: Any) -> Data:
        token = self.issuer.person(self.member.object_id, self.member.name, tid=self.member.tenant)
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.url}/teams/api/{path}", headers=headers, **more) as response,
        ):
            assert response.status == 200, f"{response.status}: {await response.text()}"
            answer: Data = await response.json()
            return answer
