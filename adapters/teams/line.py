"""What answers on the line: botbuilder finds which invoke it is, and its handler here gives the answer.

Teams waits for ten seconds. Everything else is kept and acknowledged without botbuilder, whose models cost more than
our turns; its own adapter, authentication and connector are not used at all (see CONTRIBUTING.md).
"""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity as BotActivity

from adapters.teams.connector import Data
from adapters.teams.desk import Desk
from adapters.teams.reading.activity import Activity

_TOLD = "bmm_told"  # where botbuilder's turn carries what was read


@dataclass(frozen=True)
class Answered:
    """Status and body of the answer to an invoke."""

    status: int
    body: Data | None = None


class Line(TeamsActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    """Answers invokes at the `desk`; what botbuilder knows and we do not is answered by it: 501."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._adapter = _Mute()

    async def answer(self, told: Activity) -> Answered:
        """The answer to an invoke. Raises Malformed."""
        turn = TurnContext(self._adapter, _dispatched(told))
        turn.turn_state[_TOLD] = told
        answer = await self.on_invoke_activity(turn)
        return Answered(answer.status, answer.body if isinstance(answer.body, dict) else None)

    async def on_adaptive_card_invoke(self, turn_context: Any, invoke_value: Any) -> Data:
        """A pressed control of a card, or a card that is looked at."""
        return await self._desk.pressed(turn_context.turn_state[_TOLD])

    async def on_teams_task_module_fetch(self, turn_context: Any, task_module_request: Any) -> Data:
        """A control that opens a dialog."""
        return await self._desk.opened(turn_context.turn_state[_TOLD])

    async def on_teams_task_module_submit(self, turn_context: Any, task_module_request: Any) -> Data:
        """What was chosen or filled in there."""
        return await self._desk.submitted(turn_context.turn_state[_TOLD])

    async def on_teams_messaging_extension_fetch_task(self, turn_context: Any, action: Any) -> Data:
        """A command of the message menu, or of the one that is anywhere."""
        return await self._desk.offered(turn_context.turn_state[_TOLD])

    async def on_teams_messaging_extension_submit_action(self, turn_context: Any, action: Any) -> Data:
        """What was filled in after such a command."""
        return await self._desk.submitted(turn_context.turn_state[_TOLD])

    @staticmethod
    def _create_invoke_response(body: Any = None) -> InvokeResponse:
        return InvokeResponse(status=200, body=body)  # botbuilder would take a body that is drawn already for a model


class _Mute(BotAdapter):  # type: ignore[misc]
    """What botbuilder's turns have to have; nothing is ever sent this way."""

    async def send_activities(self, context: Any, activities: Any) -> NoReturn:
        raise NotImplementedError

    async def update_activity(self, context: Any, activity: Any) -> NoReturn:
        raise NotImplementedError

    async def delete_activity(self, context: Any, reference: Any) -> NoReturn:
        raise NotImplementedError


def _dispatched(told: Activity) -> BotActivity:
    """As much of an invoke as botbuilder looks at to tell which one it is."""
    value: Data = {}
    if told.name == "adaptiveCard/action":
        action = told.value.get("action") if isinstance(told.value, dict) else None
        value = {"action": {"type": action.get("type") if isinstance(action, dict) else None}}
    return BotActivity(type="invoke", name=told.name or "unnamed", channel_id="msteams", value=value)


def as_json(body: Data | None) -> bytes:
    """A body as it is sent; an empty one closes a dialog."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") if body else b"{}"
