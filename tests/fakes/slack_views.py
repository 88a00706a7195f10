"""The modals of the fake Slack: before each person a stack of views, of which the one on top is seen."""

from collections.abc import Callable, Iterator, MutableMapping

from tests.fakes.slack_seen import Payload

DEPTH = 3  # views in a stack


class Views(MutableMapping[str, Payload]):
    """The view on top, by the person before whom it stands. Setting opens it alone; deleting closes all of them."""

    def __init__(self, id: Callable[[], str], state: Callable[[], str]) -> None:
        self._id, self._state = id, state
        self.stacks: dict[str, list[Payload]] = {}

    def __getitem__(self, user: str) -> Payload:
        return self.stacks[user][-1]

    def __setitem__(self, user: str, view: Payload) -> None:
        self.stacks[user] = [self._kept(view)]

    def __delitem__(self, user: str) -> None:
        del self.stacks[user]

    def __iter__(self) -> Iterator[str]:
        return iter(self.stacks)

    def __len__(self) -> int:
        return len(self.stacks)

    def back(self, user: str) -> None:
        """Close the view on top; the one below is seen again."""
        stack = self.stacks[user]
        stack.pop()
        if not stack:
            del self.stacks[user]

    def push(self, user: str, view: Payload) -> Payload | None:
        """Lay a view on top, or None where the stack is full. Raises KeyError where there is none."""
        stack = self.stacks[user]
        if len(stack) >= DEPTH:
            return None
        stack.append(self._kept(view))
        return stack[-1]

    def replaced(self, user: str, view: Payload) -> Payload:
        """Put a view in the place of the one on top, or open it."""
        if user not in self.stacks:
            self[user] = view
            return self[user]
        return self.put(user, len(self.stacks[user]) - 1, view)

    def put(self, user: str, depth: int, view: Payload) -> Payload:
        """Put a view in the place of another, under whose id it stands."""
        stack = self.stacks[user]
        stack[depth] = self._kept(view) | {"id": stack[depth]["id"]}
        return stack[depth]

    def find(self, id: str) -> tuple[str, int] | None:
        """Before whom a view stands, and how deep in the stack; None where it was closed."""
        places = ((user, n) for user, stack in self.stacks.items() for n, each in enumerate(stack) if each["id"] == id)
        return next(places, None)

    def _kept(self, view: Payload) -> Payload:
        return view | {"id": self._id(), "hash": self._state()}
