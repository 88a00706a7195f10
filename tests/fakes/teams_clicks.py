"""Somebody in the fake Teams who clicks: controls of cards, menus, dialogs, and what message extensions offer.

Shapes as in learn.microsoft.com/microsoftteams/platform: universal actions for adaptive cards, invoking dialogs from
cards, and action commands of message extensions.
"""

from tests.fakes.teams_dialogs import Dialog
from tests.fakes.teams_methods import ADAPTIVE
from tests.fakes.teams_seen import Control, found
from tests.fakes.teams_talker import Talker, Told
from tests.fakes.teams_world import Conversation, Payload, Said

_THEME = {"theme": "default"}


class Clicker(Talker):
    """One person. `lacking` holds what the client itself would not submit the last time, by the input's id."""

    lacking: dict[str, str] = {}  # noqa: RUF012 - replaced, never changed

    # --- cards

    async def press(self, conversation: Conversation, said: Said, what: str | Control) -> Told:
        """Press a control of a message, by the beginning of its label; an option of a menu is chosen in its dialog."""
        control = found(self.card(said), what) if isinstance(what, str) else what
        if control.options:
            raise LookupError(f"{control.label!r} is a menu")
        told = await self.act(conversation, said, control.action)
        return await self.pick(control.choice) if control.choice else told

    async def choose(self, conversation: Conversation, said: Said, menu: str | Control, option: str) -> Told:
        """Open a menu of a message and choose an option by its label."""
        control = found(self.card(said), menu) if isinstance(menu, str) else menu
        value = dict(control.options)[option]
        await self.act(conversation, said, control.action)
        return await self.pick(value)

    async def act(self, conversation: Conversation, said: Said, action: Payload) -> Told:
        """Let an action of a message's card happen."""
        place = self.place(conversation, said.thread or said.id) | {"said": said.id, "trunk": conversation.id}
        if action["type"] == "Action.Execute":
            return await self._execute(place, action)
        if action["type"] != "Action.Submit":
            raise LookupError(f"{action['type']} tells the bot nothing")
        if action.get("data", {}).get("msteams", {}).get("type") == "task/fetch":
            return await self._invoke("task/fetch", place, {"data": action["data"], "context": _THEME})
        return await self._say_value(conversation, said, action)

    async def refresh(self, conversation: Conversation, said: Said) -> Told | None:
        """Look at a message whose card is drawn for each of some people; None where it is for nobody or others."""
        told = said.card.get("refresh", {})
        if self.id not in told.get("userIds", []):
            return None
        place = self.place(conversation, said.thread or said.id) | {"said": said.id, "trunk": conversation.id}
        return await self._execute(place, told["action"], trigger="automatic")

    def card(self, said: Said) -> Payload:
        """The card as this person sees it."""
        return self.teams.views.get((self.id, said.id), said.card)

    # --- dialogs

    @property
    def dialog(self) -> Dialog | None:
        """What stands open."""
        return self.teams.dialogs.get(self.id)

    async def submit(self, values: dict[str, str] | None = None, action: Payload | None = None) -> Told:
        """Submit the open dialog, filled in, or press `action` in it; the client keeps back what lacks something."""
        dialog = self.teams.dialogs[self.id]
        self.lacking = dialog.lacking(values or {}) if action is None else {}
        if self.lacking:
            return Told(0, {})
        data = (action or dialog.submit).get("data", {}) | dialog.filled(values or {})
        if dialog.command:
            value = dialog.command | {"data": data, "context": _THEME}
            return await self._invoke("composeExtension/submitAction", dialog.origin, value, dialog.command)
        return await self._invoke("task/submit", dialog.origin, {"data": data, "context": _THEME})

    async def press_here(self, what: str | Control) -> Told:
        """Press a control in the open dialog; an option of a menu in it is chosen in the dialog that follows."""
        dialog = self.teams.dialogs[self.id]
        control = found(dialog.card, what) if isinstance(what, str) else what
        told = await self.submit(action=control.action)
        return await self.pick(control.choice) if control.choice else told

    async def choose_here(self, menu: Control, option: str) -> Told:
        """Open a menu of the open dialog and choose an option by its label."""
        await self.submit(action=menu.action)
        return await self.pick(dict(menu.options)[option])

    async def pick(self, value: str) -> Told:
        """Pick an option in the dialog of a menu, which has just been opened. Raises LookupError where it was not."""
        if self.dialog is None:
            raise LookupError("the menu did not open")
        values, action = self.dialog.picking(value)
        return await self.submit(values, action)

    def close(self) -> None:
        """Close the open dialog; the bot is not told."""
        self.teams.dialogs.pop(self.id, None)

    # --- message extensions

    async def message_action(self, command: str, conversation: Conversation, said: Said) -> Told:
        """Choose a command in the menu of a message."""
        about = {"commandId": command, "commandContext": "message", "messagePayload": self._payload(conversation, said)}
        place = self.place(conversation, said.thread or said.id) | {"trunk": conversation.id}
        return await self._invoke("composeExtension/fetchTask", place, about | {"context": _THEME}, about)

    async def compose_action(self, command: str, conversation: Conversation, context: str = "compose") -> Told:
        """Choose a command where a message is written, or in the box above everything (`commandBox`)."""
        about = {"commandId": command, "commandContext": context}
        place = self.place(conversation) | {"trunk": conversation.id}
        return await self._invoke("composeExtension/fetchTask", place, about | {"context": _THEME}, about)

    # --- the requests

    async def _execute(self, place: Payload, action: Payload, trigger: str = "manual") -> Told:
        sent = {"type": "Action.Execute", "verb": action.get("verb", ""), "data": action.get("data", {})}
        told = await self._invoke("adaptiveCard/action", place, {"action": sent, "trigger": trigger})
        body = told.body
        match body.get("type"):
            case "application/vnd.microsoft.activity.message":
                self.teams.hear(self.id, place["trunk"], body["value"])
            case "application/vnd.microsoft.error":
                self.teams.hear(self.id, place["trunk"], body["value"].get("message", ""))
            case "application/vnd.microsoft.card.adaptive":
                self._show(place, body["value"])
            case _ if told.status == 200:
                self.teams.wrong.append(f"no answer to an action: {told.text[:80]}")
        return told

    async def _say_value(self, conversation: Conversation, said: Said, action: Payload) -> Told:
        """A plain submit of a card in a chat comes as a message without words."""
        whole = self.activity("message", conversation, said.thread or said.id)
        whole |= {"id": self.teams.stamp(), "value": action.get("data", {}), "replyToId": said.id}
        whole["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": f"1:{said.id}"}}
        return await self.deliver(whole)

    async def _invoke(self, name: str, place: Payload, value: Payload, command: Payload | None = None) -> Told:
        there = self.teams.conversations[place["trunk"]]
        whole = self.activity("invoke", there) | {"name": name, "value": value}
        whole["conversation"] = {key: each for key, each in place.items() if key not in ("said", "trunk")}
        whole["channelData"] |= {"source": {"name": "message" if "said" in place else "compose"}}
        if "said" in place:
            whole["replyToId"] = place["said"]
        told = await self.deliver(whole)
        if name != "adaptiveCard/action" and told.status == 200:
            self._answered(place, told.body, command or {})
        return told

    def _answered(self, place: Payload, body: Payload, command: Payload) -> None:
        task = body.get("task") or {}
        match task.get("type"):
            case "continue":
                self._open(place, task["value"], command)
            case "message":
                self.close()
                self.teams.hear(self.id, place["trunk"], task["value"])
            case _:
                self.close()

    def _open(self, place: Payload, value: Payload, command: Payload) -> None:
        there, attached = self.teams.conversations[place["trunk"]], value["card"]
        wrong = self.teams.problems(attached, there)
        self.teams.wrong += wrong + ([] if attached["contentType"] == ADAPTIVE else ["a dialog without a card"])
        dialog = Dialog(self.teams.stamp(), value.get("title", ""), attached["content"], place, command)
        self.teams.dialogs[self.id] = dialog
        self.teams.note("dialog", there.id, self.id, dialog.id, value)

    def _show(self, place: Payload, card: Payload) -> None:
        there = self.teams.conversations[place["trunk"]]
        self.teams.wrong += self.teams.problems({"contentType": ADAPTIVE, "content": card}, there)
        self.teams.views[self.id, place["said"]] = card
        self.teams.note("message", there.id, self.id, place["said"], card)

    def _payload(self, conversation: Conversation, said: Said) -> Payload:
        """The message that an action is chosen on."""
        author = self.teams.people.get(said.author)
        person = {"userIdentityType": "aadUser", "id": author.object_id, "displayName": author.name} if author else None
        robot = {"applicationIdentityType": "bot", "id": self.teams.app, "displayName": "bmm"}
        content = self._html(said.text) if author else '<attachment id="card"></attachment>'
        return {
            "linkToMessage": self.link(conversation, said),
            "id": said.id,
            "replyToId": said.thread or None,
            "createdDateTime": self.activity("message", conversation)["timestamp"],
            "lastModifiedDateTime": None,
            "deleted": False,
            "subject": None,
            "summary": None,
            "importance": "normal",
            "locale": "en-gb",
            "body": {"contentType": "html", "content": content},
            "from": {"device": None, "conversation": None, "user": person, "application": None if author else robot},
            "reactions": [],
            "mentions": [],
            "attachments": [],
        }
