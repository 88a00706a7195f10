"""People who ask and vote over HTTP, do not give up, and write down what was acknowledged to them."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from adapters.playground.team import PEOPLE
from bot.votes import Ballot
from bot.wire import pack
from dialogs.vote import CastVote
from tests.faults.process import Process

CHANNELS = ("ops", "facilities", "product")
_PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass
class Ledger:
    """What was acknowledged: asks by their word, and the last vote of each person; and what was answered wrongly."""

    asks: set[str] = field(default_factory=set)
    votes: dict[str, str] = field(default_factory=dict)
    cast: int = 0
    repeated: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        """Everything together."""
        return len(self.asks) + self.cast


class People:
    """Everybody at once, over whichever process runs."""

    def __init__(self, process: Process, ledger: Ledger, chance: random.Random) -> None:
        self._process = process
        self._ledger = ledger
        self._chance = chance
        self._nonces = itertools.count(1)
        self._up = asyncio.Event()
        self._heard = asyncio.Event()

    def up(self) -> None:
        """The process runs."""
        self._up.set()

    def down(self) -> None:
        """The process was killed: whoever waits for an answer tries again when it is back."""
        self._up.clear()

    async def heard(self, acknowledged: int) -> None:
        """Wait until so much was acknowledged."""
        while self._ledger.acknowledged < acknowledged:
            self._heard.clear()
            await self._heard.wait()

    async def call(self, path: str, user: str, **body: Any) -> dict[str, Any]:
        """One request, made again with the same nonce until it is answered, as a browser would."""
        whole = {"as": user, "nonce": f"n{next(self._nonces)}", **body}
        for attempt in itertools.count():
            self._ledger.repeated += attempt > 0
            await self._up.wait()
            try:
                async with (
                    aiohttp.ClientSession(timeout=_PATIENCE) as session,
                    session.post(f"{self._process.address}/api/{path}", json=whole) as response,
                ):
                    if response.status == 200:
                        answer: dict[str, Any] = await response.json()
                        return answer
                    self._ledger.refused.append(f"{path}: {response.status} {await response.text()}")
            except (aiohttp.ClientError, TimeoutError, OSError):
                await asyncio.sleep(0.01)
        raise AssertionError

    async def asking(self, words: Iterator[str]) -> None:
        """Log one ask after the other: by command, by mention, in a talk with bmm alone."""
        for word in words:
            user, channel = self._chance.choice(list(PEOPLE)), self._chance.choice(CHANNELS)
            ways = [(channel, f"/bmm add the {word} is broken"), (channel, f"@bmm the {word} is broken")]
            where, text = self._chance.choice(ways)
            await self.call("say", user, channel=where, text=text)
            self._ledger.asks.add(word)
            self._heard.set()

    async def voting(self, user: str, ballot: Ballot, message: str, times: int) -> None:
        """Vote, and think again, and again."""
        for _ in range(times):
            choice = self._chance.choice(ballot.cards)
            await self.call("press", user, message=message, intent=pack(CastVote(ballot.id, ballot.round, choice)))
            self._ledger.votes[user] = choice
            self._ledger.cast += 1
            self._heard.set()
