"""What the Teams app asks for: what it always needs, and what hearing everything takes, with the reasons."""

from manifest.permissions import Grants

BASE = Grants(
    "",
    "mentions, the personal chat, slash commands, buttons, dialogs, menus and tabs",
    {
        "identity": "to know who wrote or pressed, so that an ask has a name",
        "messageTeamMembers": "to write to somebody in their own chat with bmm, where words are for them alone",
    },
)

# Consent is given by who adds bmm to a team or chat, and is for that one alone.
LISTEN = Grants(
    "listen",
    "people answer in a thread without naming the bot, and OPS-42 in passing shows the item",
    {
        "ChannelMessage.Read.Group": "to hear answers in threads, and keys, in the channels of a team that has bmm",
        "ChatMessage.Read.Chat": "to do the same in a group chat that has bmm",
    },
)
