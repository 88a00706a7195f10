"""Activities as Teams sends them, each under a token of its own and written out beforehand, and whose they are."""

import itertools
import json
import time
from collections.abc import Sequence

from tests.bench.signed import ASKS, Signed
from tests.fakes.teams_issuer import APP, SECRET, TENANT, FakeIssuer
from tests.fakes.teams_talker import Talker
from tests.fakes.teams_world import Conversation, Member, Said, World

TEAMS, OF_EACH = 16, 16  # bmm paces two messages a second in each channel, six at once
PEOPLE = 32
PATH = "/api/messages"
HELLO = "hello"


class Tenant:
    """People and channels of one tenant, and what they send. `service` is where its Connector is."""

    def __init__(self, service: str, issuer: FakeIssuer) -> None:
        self.issuer = issuer
        self.world = World(APP, TENANT, now=time.time)
        self.world.service = service
        self.people = [self.world.person(f"Person {number}") for number in range(PEOPLE)]
        everybody = {each.id for each in self.people}
        teams = [self.world.team(f"Bench {number}", everybody) for number in range(TEAMS)]
        named = ((f"channel-{number}", team) for team in teams for number in range(OF_EACH))
        self.channels: list[Conversation] = [self.world.channel(*each) for each in named]
        self._talkers = [Talker(self.world, each, "") for each in self.people]
        self._numbers = itertools.count(1)

    @property
    def settings(self) -> dict[str, str]:
        """What bmm has to be told to serve this tenant."""
        return {
            "BMM_TEAMS_APP_ID": APP,
            "BMM_TEAMS_APP_PASSWORD": SECRET,
            "BMM_TEAMS_TENANT_ID": TENANT,
            "BMM_TEAMS_OPENID_URL": self.issuer.metadata_url,
            "BMM_TEAMS_LOGIN_URL": self.issuer.url,
            "BMM_TEAMS_SERVICE_HOSTS": self.world.service.removeprefix("http://").partition("/")[0],
        }

    def asks(self, count: int, channels: int = TEAMS * OF_EACH) -> list[Signed]:
        """So many mentions with an ask in them, each beginning a thread, spread over people and channels."""
        return [self._ask(next(self._numbers), channels) for _ in range(count)]

    def greetings(self, count: int) -> list[Signed]:
        """So many mentions that are answered with words and make no item: as much as an echo does."""
        return [self._ask(next(self._numbers), TEAMS * OF_EACH, (HELLO,)) for _ in range(count)]

    def again(self, request: Signed) -> Signed:
        """The same, as Teams sends what was not acknowledged: under another token."""
        return self._signed(request.body, request.token)

    def member(self, id: str) -> Member:
        """Somebody."""
        return self.world.people[id]

    def _ask(self, number: int, channels: int, words: Sequence[str] = ASKS) -> Signed:
        token, talker = f"q{number:06d}", self._talkers[number % PEOPLE]
        ask = words[number % len(words)].format(token=token)
        said = Said(self.world.stamp(), talker.id, {}, f"<@{self.world.bot}> {ask}")
        return self._signed(json.dumps(talker.message(self.channels[number % channels], said)).encode(), token)

    def _signed(self, body: bytes, token: str) -> Signed:
        moment = f"{next(self._numbers)}"  # so that each has a token of its own, and each has to be verified
        head = (
            f"POST {PATH} HTTP/1.1\r\n"
            "Host: 127.0.0.1\r\n"
            "User-Agent: Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)\r\n"
            "MS-CV: bench.1.1\r\n"
            f"Authorization: Bearer {self.issuer.bearer(self.world.service, jti=moment)}\r\n"
            f"Content-Length: {len(body)}\r\n"
            "Content-Type: application/json; charset=utf-8\r\n\r\n"
        )
        return Signed(head.encode() + body, token, body, "application/json")
