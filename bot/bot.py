"""The bot: engine, intake, courier and clock over one database and some platforms."""

from collections.abc import Mapping

from bot.clock import Alarm
from bot.courier import Courier
from bot.engine import Engine
from bot.events import Event, Place
from bot.housekeeping import Housekeeping
from bot.intake import Intake
from bot.ports import Answer, Clock, Database, Ids, Platform
from bot.routes import Routes
from bot.viewing import Viewing


class Bot:
    """Everything that runs between a platform's door and its answers."""

    def __init__(
        self, database: Database, routes: Routes, platforms: Mapping[str, Platform], clock: Clock, ids: Ids
    ) -> None:
        self.database = database
        self.routes = routes
        self.clock = clock
        self.ids = ids
        self._platforms = platforms
        self.viewing = Viewing(database, routes, clock, self._address)
        self.engine = Engine(database, routes, clock, ids, self.viewing, self._address)
        self.intake = Intake(database, self.engine, platforms, clock)
        self.courier = Courier(database, routes, platforms, clock, ids, self.intake.shown, self.intake.due)
        self.alarm = Alarm(database, self.intake.keep, clock, self.intake.due)
        self.housekeeping = Housekeeping(database, clock, ids)

    async def keep(self, event: Event) -> bool:
        """See `Intake.keep`."""
        return await self.intake.keep(event)

    async def ask(self, event: Event) -> Answer | None:
        """See `Intake.ask`."""
        return await self.intake.ask(event)

    def start(self) -> None:
        """Begin with what was left undone, then go on."""
        self.intake.start()
        self.courier.start()
        self.alarm.start()
        self.housekeeping.start()

    async def stop(self) -> None:
        """No new work, turns finished, leases released, database closed."""
        await self.housekeeping.stop()
        await self.alarm.stop()
        await self.intake.stop()
        await self.courier.stop()
        await self.database.close()

    async def settle(self) -> None:
        """Do everything that can be done now, and return: for tests, for one-off commands, for filling a file."""
        again = True
        while again:
            self.intake.due.clear()
            await self.alarm.ring()
            await self.intake.drain()
            await self.courier.drain()
            again = self.intake.due.is_set()

    def _address(self, place: Place, ref: str) -> str:
        platform = self._platforms.get(place.platform)
        return platform.address(place, ref) if platform and ref else ""
