"""What the Slack app asks for: the scopes and events it always needs, and those of each option, with the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field

NO_SCOPE = ""  # Slack sends these events to every app that subscribes


@dataclass(frozen=True)
class Grants:
    """Scopes with the reason for each, and events with the scope that Slack wants for each.

    `brings` says in one sentence what people have of it; an option has a `name`, as in `--listen`.
    """

    name: str
    brings: str
    scopes: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)


BASE = Grants(
    "",
    "mentions, direct messages, /bmm, shortcuts, buttons, forms and the home",
    {
        "app_mentions:read": "to hear the messages that name the bot, and no others in a channel",
        "chat:write": "to post cards and answers where it was asked, and to keep them up to date",
        "commands": "to offer /bmm and the shortcuts",
        "im:history": "to hear what people write to the bot in their own chat with it",
        "channels:read": "to call a board by its channel's name, and to notice when bmm is invited there, or the "
        "channel is renamed or closed",
        "groups:read": "to do the same for the private channels that it was invited to, and to keep those private",
        "mpim:read": "to call the board of a group chat by who is in it",
        "users:read": "to call people by name, to read dates in their time zone, and to know who is from outside",
    },
    {
        "app_mention": "app_mentions:read",
        "message.im": "im:history",
        "app_home_opened": NO_SCOPE,
        "member_joined_channel": "channels:read",  # groups:read for private ones; no other event tells an invitation
        "channel_rename": "channels:read",
        "channel_archive": "channels:read",
        "channel_unarchive": "channels:read",
        "channel_left": "channels:read",
        "channel_deleted": "channels:read",
        "channel_id_changed": "channels:read",
        "group_rename": "groups:read",
        "group_archive": "groups:read",
        "group_unarchive": "groups:read",
        "group_left": "groups:read",
        "group_deleted": "groups:read",
        "app_uninstalled": NO_SCOPE,
        "tokens_revoked": NO_SCOPE,
    },
)

LISTEN = Grants(
    "listen",
    "people answer in a thread without naming the bot, edited and deleted asks are followed, OPS-42 in passing shows "
    "the item, and before anything is posted again bmm looks whether it stands there already",
    {
        "channels:history": "to hear answers in threads, edits and keys in the public channels that it was invited to",
        "groups:history": "to do the same in the private channels that it was invited to",
        "mpim:history": "to do the same in the group chats that it was invited to",
    },
    {
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.mpim": "mpim:history",
    },
)

REACTIONS = Grants(
    "reactions",
    "a reaction with :inbox_tray: captures the message it stands on",
    {
        "reactions:read": "to notice the reaction that captures",
        "channels:history": "to read the message that was reacted to in a public channel",
        "groups:history": "to read the message that was reacted to in a private channel",
        "mpim:history": "to read the message that was reacted to in a group chat",
    },
    {"reaction_added": "reactions:read"},
)

LINKS = Grants(
    "links",
    "a link to this bmm that ends in /items/OPS-42 unfolds into that item",
    {
        "links:read": "to notice links to this bmm's own address, and to no other",
        "links:write": "to show the item under such a link",
    },
    {"link_shared": "links:read"},
)

OPTIONS = (LISTEN, REACTIONS, LINKS)


def scopes(options: Sequence[Grants] = ()) -> dict[str, str]:
    """Every scope of the app with these options, and why: the reasons of all that ask for it."""
    asked: dict[str, str] = {}
    for grants in (BASE, *options):
        for scope, why in grants.scopes.items():
            asked[scope] = f"{asked[scope]}; {why}" if scope in asked else why
    return asked


def events(options: Sequence[Grants] = ()) -> dict[str, str]:
    """Every event that the app hears with these options, and the scope that it takes."""
    return {event: scope for grants in (BASE, *options) for event, scope in grants.events.items()}
