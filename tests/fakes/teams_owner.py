"""Somebody in the fake Teams who changes what is around words: installs the bot, renames, archives, brings people in.

Shapes as in learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events.
"""

from tests.fakes.teams_talker import Talker
from tests.fakes.teams_world import Conversation, Payload, Team


class Owner(Talker):
    """One person who may do all of it. Of a team without the bot nothing is told."""

    # --- the bot comes and goes

    async def install(self, where: Conversation) -> None:
        """Add the bot to a group chat, for oneself, or to a channel's team, where this channel is the chosen one."""
        self._there(where, bot=True)
        await self._installed(where, "add")
        await self._members(where, "membersAdded", "teamMemberAdded", [self.teams.bot])

    async def uninstall(self, where: Conversation) -> None:
        """Take it away again: from the whole team, from a private or shared channel alone, or from a chat."""
        team = self.teams.teams.get(where.team)
        if team is not None and where.sort != "standard":
            where.bot = False
            await self._told(self._update(where, "channelMemberRemoved") | {"membersRemoved": [{"id": self.teams.bot}]})
            return
        await self._members(where, "membersRemoved", "teamMemberRemoved", [self.teams.bot])
        await self._installed(where, "remove")
        self._there(where, bot=False)

    async def upgrade(self, where: Conversation) -> None:
        """A newer version of the bot's package came."""
        await self._installed(where, "add-upgrade")

    def _there(self, where: Conversation, *, bot: bool) -> None:
        where.bot = bot
        team = self.teams.teams.get(where.team)
        if team is not None:
            team.bot = bot
            for each in self._channels(team):
                each.bot = bot if each.sort == "standard" else each.bot and bot

    async def _installed(self, where: Conversation, action: str) -> None:
        told = self.activity("installationUpdate", self._main(where)) | {"action": action}
        told["channelData"] |= {"source": {"name": "message"}}
        if where.team:
            told["channelData"] |= {"team": self._team(where), "settings": {"selectedChannel": {"id": where.id}}}
        del told["from"]["name"]
        await self.deliver(told)

    # --- channels and teams

    async def rename(self, channel: Conversation, name: str) -> None:
        """Call a channel otherwise."""
        channel.name = name
        await self._told(self._update(channel, "channelRenamed"))

    async def create(self, name: str, team: Team) -> Conversation:
        """Make a channel."""
        made = self.teams.channel(name, team)
        await self._told(self._update(made, "channelCreated"))
        return made

    async def remove(self, where: Conversation) -> None:
        """Delete a channel."""
        where.deleted = True
        await self._told(self._update(where, "channelDeleted"))

    async def restore(self, where: Conversation) -> None:
        """Bring a deleted channel back."""
        where.deleted = False
        await self._told(self._update(where, "channelRestored"))

    async def rename_team(self, team: Team, name: str) -> None:
        """Call a team otherwise."""
        team.name = name
        await self._told(self._update(self._general(team), "teamRenamed"))

    async def archive(self, team: Team, *, again: bool = True) -> None:
        """Archive a team, or with `again=False` bring it back to life."""
        team.archived = again
        await self._told(self._update(self._general(team), "teamArchived" if again else "teamUnarchived"))

    async def delete_team(self, team: Team) -> None:
        """Delete a team with all its channels."""
        told = self._update(self._general(team), "teamDeleted")
        for each in self._channels(team):
            each.deleted = True
        await self._told(told)

    # --- people

    async def bring(self, where: Conversation, *people: str) -> None:
        """Add people, by their ids, to a team or a chat."""
        where.members |= set(people)
        await self._members(where, "membersAdded", "teamMemberAdded", list(people))

    async def send_away(self, where: Conversation, *people: str) -> None:
        """Take people away."""
        where.members -= set(people)
        await self._members(where, "membersRemoved", "teamMemberRemoved", list(people))

    # --- the pieces

    async def _members(self, where: Conversation, field: str, event: str, ids: list[str]) -> None:
        kind = {"eventType": event} if where.team else {}
        told = self.activity("conversationUpdate", self._main(where))
        told |= {field: [self._account(id) for id in ids]}
        told["channelData"] |= kind | ({"team": self._team(where)} if where.team else {})
        await self._told(told, where)

    async def _told(self, told: Payload, where: Conversation | None = None) -> None:
        trunk = told["conversation"]["id"]
        heard = where or self.teams.conversations[trunk]
        if heard.bot or self.teams.bot in [each["id"] for each in told.get("membersRemoved", [])]:
            del told["from"]["name"]
            await self.deliver(told)

    def _update(self, channel: Conversation, event: str) -> Payload:
        """What became of a channel, told in the channel that its team has by itself."""
        told = self.activity("conversationUpdate", self._main(channel))
        about = self.channel_data(channel)
        about["channel"] |= {"name": channel.name}
        told["channelData"] = about | {"team": self._team(channel), "eventType": event}
        return told

    def _main(self, where: Conversation) -> Conversation:
        return self.teams.conversations[where.team] if where.team else where

    def _general(self, team: Team) -> Conversation:
        return self.teams.conversations[team.id]

    def _channels(self, team: Team) -> list[Conversation]:
        return [each for each in self.teams.conversations.values() if each.team == team.id]

    def _team(self, where: Conversation) -> Payload:
        team = self.teams.teams[where.team]
        return {"id": team.id, "name": team.name, "aadGroupId": team.group}

    def _account(self, id: str) -> Payload:
        person = self.teams.people.get(id)
        return {"id": id, "aadObjectId": person.object_id} if person else {"id": id}
