"""The least of the Bot Connector, cheap enough not to be what is measured: it answers and remembers what was posted."""

import itertools
import re
import time
from urllib.parse import unquote

from tests.bench.stub import Call, Stub, told
from tests.fakes.teams_world import World

SERVICE = "/emea"
_POSTED = ("POST", "PUT")


class TeamsStub(Stub):
    """A Connector for one tenant, whose `world` is furnished later. Calls have the method `post` or `put`.

    `delay` is in seconds; `unproven` counts what came without a token of ours.
    """

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.unproven = 0
        self.times: list[float] = []  # of all calls, by `time.perf_counter`
        self._ids = itertools.count(1_800_000_000_000)

    @property
    def service(self) -> str:
        """The `serviceUrl` of activities."""
        return f"{self.origin}{SERVICE}"

    def forget(self) -> None:
        """Begin anew."""
        super().forget()
        self.unproven, self.times = 0, []

    def posts(self) -> list[Call]:
        """The messages posted."""
        return [call for call in self.calls if call.method == "post"]

    def answer(self, head: bytes, body: bytes) -> bytes:
        """What a request is answered."""
        verb, target, _ = head[: head.find(b"\r\n")].decode().split(" ")
        self.unproven += not _PROOF.search(head)
        self.times.append(time.perf_counter())
        parts = [unquote(part) for part in target.partition("?")[0].removeprefix(SERVICE).split("/")[2:]]
        if verb not in _POSTED:
            return told(self._looked_up(parts))
        id = str(next(self._ids))
        where = parts[1] if len(parts) > 1 else ""
        self.calls.append(Call(self.times[-1], verb.lower(), body, id, where.partition(";")[0]))
        return told({"id": id})

    def _looked_up(self, parts: list[str]) -> dict[str, object]:
        self.counts[parts[-2] if parts[-2:-1] == ["members"] else parts[-1]] += 1
        match parts:
            case ["teams", team, "conversations"]:
                found = [each for each in self.world.conversations.values() if each.team == team]
                return {"conversations": [{"id": each.id, "name": each.name, "type": each.sort} for each in found]}
            case ["conversations", _, "members", who]:
                member = self.world.people[who]
                known = {"id": member.id, "name": member.name, "aadObjectId": member.object_id}
                return {**known, "tenantId": member.tenant, "userRole": "user"}
            case _:
                return {}


_PROOF = re.compile(rb"^authorization: bearer granted-", re.IGNORECASE | re.MULTILINE)
