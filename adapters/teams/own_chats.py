"""Somebody's own chat with the bot: it is opened where there is none yet, and nothing is said in it."""

from adapters.teams.connector import Connector, Data, path
from adapters.teams.conversations import Conversations
from adapters.teams.reading import places
from bot.ledger import ConversationReference
from bot.ports import Unsure


class OwnChats:
    """Opens chats of people with the bot `app_id`."""

    def __init__(self, connector: Connector, conversations: Conversations, app_id: str) -> None:
        self._connector = connector
        self._conversations = conversations
        self.bot = {"id": f"28:{app_id}", "name": "bmm"}

    async def of(self, reference: ConversationReference) -> ConversationReference:
        """How somebody is reached in their own chat; to open it again opens the same one. Raises SendError."""
        if reference.conversation:
            return reference
        tenant = tenant_of(reference)
        body: Data = {
            "isGroup": False,
            "bot": self.bot,
            "members": [{"id": reference.channel}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        told = await self._connector.post(reference.service, path(), body)
        return await self._conversations.opened(reference, id_in(told))


def tenant_of(reference: ConversationReference) -> str:
    """Teams' own id of a reference's tenant."""
    return reference.tenant.removeprefix(places.tenant(""))


def id_in(told: Data) -> str:
    """The id in an answer. Raises Unsure where there is none: it was posted, and cannot be edited."""
    found = told.get("id")
    if not isinstance(found, str) or not found:
        raise Unsure("an answer without an id")
    return found
