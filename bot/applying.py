"""What becomes of an intent inside its turn: rights, holes, the handler, and the effects it yields as rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, assert_never

from bot import effects, wire
from bot.answers import notice
from bot.events import Place
from bot.forms import form_of
from bot.ledger import Due, Post, Prompt, window_of
from bot.look import Look
from bot.messages import Button, Message
from bot.people import Role
from bot.ports import Answer, Query
from bot.questions import missing
from bot.routes import Route, Routes
from bot.turn import Turn, channel_of
from bot.views import QuestionCard
from bot.words import say

PATIENCE = timedelta(days=3)  # how long a question waits before it expires quietly
DEPTH = 5  # intents that may become one another in one turn


class Applying:
    """Runs one intent and turns its effects into rows. `answer` is what rides back, `shows` and `due` what was made."""

    def __init__(self, turn: Turn, routes: Routes, address: Callable[[Place, str], str]) -> None:
        self._turn = turn
        self._routes = routes
        self._address = address
        self._shows: list[effects.Show | effects.Retire] = []
        self.answer: Answer | None = None
        self.shows = False
        self.due = False

    def run(self, intent: Any) -> None:
        """Everything that follows from `intent`. Raises Refusal, Conflict."""
        self._follow(intent, DEPTH)
        pending = [*self._shows, *self._turn.touched]
        # In sorted order, so that two turns never wait for each other's posts.
        for each in sorted(dict.fromkeys(pending), key=lambda show: wire.pack(show.view)):
            self._retire(each.view) if isinstance(each, effects.Retire) else self._show(each)
            self.shows = True

    def greet(self, welcome: effects.Effects) -> None:
        """What happens besides, before the first intent of a board."""
        for effect in welcome:
            self._apply(effect, DEPTH)

    def _follow(self, intent: Any, depth: int) -> None:
        if depth == 0:
            raise RuntimeError(f"{type(intent).__name__} goes round in circles")
        route = self._routes.handlers.get(type(intent))
        if route is None:  # what only shows something, or what this version handles no more
            raise effects.Refusal(say("machine.old_control"))
        self._check_road(route)
        self._check_outsider(route, intent)
        self._check_rights(route.by)
        if missing(intent):
            by_message = depth == DEPTH and self._turn.event.how in ("mention", "direct")
            self._offer_form(intent) if by_message and not getattr(intent, "item", "") else self._ask_for(intent)
            return
        for effect in route.handler(intent, self._turn):
            self._apply(effect, depth)

    def _check_road(self, route: Route) -> None:
        """What only the clock does or a platform tells, no control may say."""
        if (route.clock and self._turn.event.how != "due") or (route.told and self._turn.event.how != "told"):
            raise effects.Refusal(say("machine.old_control"))

    def _check_outsider(self, route: Route, intent: Any) -> None:
        if not self._turn.outsider or route.outside == "yes":
            return
        if route.outside == "no" or not self._is_own(intent):
            raise effects.Refusal(say("machine.unsure" if self._turn.unsure else "machine.outsider"))

    def _is_own(self, intent: Any) -> bool:
        """Whether an intent is about an item that this person asked for, or a question that they were asked."""
        store, person = self._turn.store, self._turn.person.id
        if getattr(intent, "prompt", ""):
            prompt = store.get(Prompt, intent.prompt)
            return prompt is not None and prompt.person == person
        return bool(getattr(intent, "item", "")) and self._turn.item(intent.item).requester == person

    def _check_rights(self, by: tuple[Role, ...]) -> None:
        if not by or self._turn.event.actor is None or self._turn.roles(self._turn.person.id) & set(by):
            return
        if Role.ADMIN in by and not self._turn.outsider and not self._turn.holders(Role.ADMIN):
            # Somebody from outside spoke here first: whoever of the workspace first needs an admin is it.
            self._turn.grant(self._turn.person.id, Role.ADMIN)
            return
        who = self._turn.holders(*by)
        names = ", ".join(person.name for person in who) or say("machine.nobody_yet").template
        raise effects.Refusal(say("machine.not_allowed", roles=" or ".join(role.value for role in by), who=names))

    def _apply(self, effect: effects.Effect, depth: int) -> None:
        match effect:
            case effects.Show() | effects.Retire():
                self._shows.append(effect)
            case effects.Notice(words, controls):
                self.answer = notice(words, controls)
            case effects.Card(view):
                self.answer = self._draw(view)
            case effects.OpenForm(intent):
                self._ask_for(intent)
            case effects.Ask(intent, on, anew):
                self._ask(intent, on, anew)
            case effects.Become(intent):
                self._follow(intent, depth - 1)
            case effects.Later(key, at, intent, place):
                packed = wire.pack(place)
                due = Due(key, self._turn.board.id, at, wire.pack(intent), packed)
                if not self._turn.store.add_new(due):
                    self._turn.store.change(Due, {"id": key, "done": False}, at=at, intent=due.intent, place=packed)
                self.due = True
            case _:
                assert_never(effect)

    # --- seeing

    def look(self, place: Place | None = None) -> Look:
        """The present state as the one who caused this turn sees it."""
        turn = self._turn
        return Look(turn.store, turn.board, turn.now, place or turn.place, turn.person.id, self._address)

    def _draw(self, view: Any) -> Message:
        return self._routes.drawings[type(view)](view, self.look())

    def _show(self, show: effects.Show) -> None:
        store, packed = self._turn.store, wire.pack(show.view)
        if show.at is None:
            store.change(Post, {"view": packed, "retiring": False}, add_wanted=1)
            return
        if self._paused(show.at):
            return
        self._check_private(show.at)
        window = window_of(show.at, packed)
        if show.anew:
            where = {"board": self._turn.board.id, "window": window}
            for old in store.find(Post, Query(where, limit=1)):
                self._let_go(old)
        if not store.add_new(self._post(show, show.at, packed, window)):
            store.change(Post, {"window": window}, add_wanted=1)

    def _check_private(self, at: Place) -> None:
        """Nothing of a private board is shown in a channel that does not feed it."""
        board, shared = self._turn.board, at.kind in ("channel", "group")
        channel = channel_of(self._turn.store, at) if board.private and shared else None
        if board.private and shared and (channel is None or channel.board != board.id):
            raise effects.Refusal(say("machine.private_elsewhere", board=board.name))

    def _paused(self, place: Place) -> bool:
        """Whether this is the clock speaking in a channel where nothing can be posted: it does not pile up there."""
        channel = channel_of(self._turn.store, place) if self._turn.event.how == "due" else None
        return channel is not None and bool(channel.paused)

    def _post(self, show: effects.Show, at: Place, packed: str, window: str) -> Post:
        turn = self._turn
        weight = 2 if turn.event.how == "due" else 1 if show.aside else 0
        return Post(
            turn.ids(), turn.board.id, at.tenant, at.platform, at.channel, at.kind, at.thread or "", packed, window,
            turn.now, weight,
        )  # fmt: skip

    def _retire(self, view: Any) -> None:
        where = {"board": self._turn.board.id, "view": wire.pack(view), "retiring": False}
        for post in self._turn.store.find(Post, Query(where, limit=50)):
            self._let_go(post)

    def _let_go(self, post: Post) -> None:
        """Only what the courier does not write: it may be sending this post just now."""
        self._turn.store.change(Post, {"id": post.id}, window=post.id, retiring=True, add_wanted=1)

    # --- asking

    def _offer_form(self, intent: Any) -> None:
        """A command that is about no item yet belongs in no thread: a button for whoever began it opens its form."""
        self.answer = notice(say("machine.fill_in"), (Button(say("machine.open_form"), intent, "primary"),))

    def _ask_for(self, intent: Any) -> None:
        """The form where one can be opened, else the question in the thread."""
        if self._turn.event.how in ("command", "control", "form"):
            self.answer = form_of(intent, self._routes, self.look())
        else:
            self._ask(intent, None, anew=False)

    def _ask(self, intent: Any, on: Any, anew: bool) -> None:
        turn, place = self._turn, self._turn.place
        item = getattr(intent, "item", "")
        found = turn.item(item).id if item else ""
        if found not in turn.added:
            where = {"tenant": place.tenant, "channel": place.channel, "thread": place.thread or "", "item": found}
            turn.store.change(Prompt, {**where, "open": True}, open=False)
        prompt = Prompt(
            turn.ids(), turn.board.id, found, turn.person.id, wire.pack(intent), missing(intent)[0], place.platform,
            place.tenant, place.channel, place.thread or "", turn.now, turn.now + PATIENCE,
        )  # fmt: skip
        turn.add(prompt)
        self._shows.append(effects.Show(on or QuestionCard(prompt.id), place, anew))
