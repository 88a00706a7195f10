"""What each call of the fake Connector does: messages sent, edited and taken away, conversations made, rosters told."""

import json
import re
from typing import Any

from tests.fakes.teams_contract import parts, problems_of_card, problems_of_post
from tests.fakes.teams_world import TARGETED, Conversation, Member, Payload, Refusal, Said, World

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
LARGEST = 28 * 1024  # bytes of an activity that every client of Teams takes
REFRESHED = 60  # people for whom a card is drawn anew by itself

Answer = tuple[int, Payload]


class Methods:
    """Calls of the bot. `strict` checks cards, which costs time."""

    def __init__(self, world: World, *, strict: bool = True) -> None:
        self.world, self.strict = world, strict

    # --- messages

    def send(self, conversation: str, given: Payload, *, targeted: bool = False) -> Answer:
        """POST …/activities: into a thread, a chat or, where the id names no root, as a new root."""
        there, thread = self._open(conversation, targeted)
        self._drawable(given, there)
        to = self._recipient(there, given) if targeted else ""
        said = self._stand(there, thread, given, to)
        return 201, {"id": said.id}

    def reply(self, conversation: str, activity: str, given: Payload, *, targeted: bool = False) -> Answer:
        """POST …/activities/{id}: in a channel into the thread of that message, in a chat as any message."""
        there, thread = self._open(conversation, targeted)
        if there.kind == "channel" and not thread:
            said = there.said(activity)
            return self.send(f"{there.id};messageid={said.thread or said.id}", given, targeted=targeted)
        return self.send(conversation, given, targeted=targeted)

    def edit(self, conversation: str, activity: str, given: Payload, *, targeted: bool = False) -> Answer:
        """PUT …/activities/{id}: a message of the bot's now reads so."""
        there, _ = self._open(conversation, targeted)
        said = self._own(there, activity, targeted)
        if targeted and "recipient" in given:
            raise Refusal(400, "BadArgument", "Recipient is not allowed on update")
        self._drawable(given, there)
        said.activity, said.edited = given, True
        for whose in [each for each in self.world.views if each[1] == activity]:
            del self.world.views[whose]
        self.world.note("edit", there.id, said.to, said.id, given, said.thread)
        return 200, {"id": said.id}

    def delete(self, conversation: str, activity: str, *, targeted: bool = False) -> Answer:
        """DELETE …/activities/{id}: a message of the bot's is gone."""
        there, _ = self._open(conversation, targeted)
        said = self._own(there, activity, targeted)
        said.deleted = True
        self.world.note("delete", there.id, said.to, said.id, {}, said.thread)
        return 200, {}

    # --- conversations

    def create(self, given: Payload) -> Answer:
        """POST /v3/conversations: a thread of a channel with its first message, or somebody's own chat."""
        if given.get("bot", {}).get("id") != self.world.bot:
            raise Refusal(403, "BotNotRegistered", "Unknown bot")
        if given.get("isGroup"):
            return self._thread(given)
        members = [each.get("id") for each in given.get("members", [])]
        if len(members) != 1 or given.get("tenantId") != self.world.tenant:
            raise Refusal(400, "BadArgument", "Exactly one member, and the tenant, are wanted")
        person = self._person(str(members[0]))
        if person.tenant != self.world.tenant:
            raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return 201, {"id": self.world.chat(person.id).id}

    def _thread(self, given: Payload) -> Answer:
        channel = given.get("channelData", {}).get("channel", {}).get("id", "")
        if ";messageid=" in channel or "activity" not in given:
            raise Refusal(400, "BadArgument", "A channel and an activity are wanted")
        there, _ = self._open(channel, targeted=False)
        if there.kind != "channel":
            raise Refusal(400, "BadArgument", "This is no channel")
        self._drawable(given["activity"], there)
        said = self._stand(there, "", given["activity"], "")
        id = f"{there.id};messageid={said.id}"
        return 201, {"id": id, "activityId": said.id, "serviceUrl": self.world.service}

    # --- rosters and teams

    def members(self, conversation: str, size: int, token: str) -> Answer:
        """GET …/pagedmembers: those who are there, some at a time."""
        there, _ = self._open(conversation, targeted=False)
        everybody, start = sorted(there.members), int(token or 0)
        page = everybody[start : start + max(50, min(size, 500))]
        after = start + len(page)
        more = {"continuationToken": str(after)} if after < len(everybody) else {}
        return 200, {"members": [_told(self.world.people[each]) for each in page]} | more

    def member(self, conversation: str, id: str) -> Answer:
        """GET …/members/{id}: one of them, by either id."""
        there, _ = self._open(conversation, targeted=False)
        for each in there.members:
            if id in (each, self.world.people[each].object_id):
                return 200, _told(self.world.people[each])
        raise Refusal(404, "MemberNotFoundInConversation", "Member not found in conversation")

    def team(self, id: str) -> Answer:
        """GET /v3/teams/{id}."""
        team = self._team(id)
        return 200, {"id": team.id, "name": team.name, "aadGroupId": team.group}

    def channels(self, id: str) -> Answer:
        """GET /v3/teams/{id}/conversations: its channels, General without a name; private ones only with the bot in."""
        team = self._team(id)
        there = [each for each in self.world.conversations.values() if each.team == team.id and not each.deleted]
        told = [
            {"id": each.id, "name": None if each.id == team.id else each.name, "type": each.sort}
            for each in there
            if each.sort == "standard" or each.bot
        ]
        return 200, {"conversations": told}

    # --- what the calls share

    def _open(self, conversation: str, targeted: bool) -> tuple[Conversation, str]:
        there, thread = self.world.found(conversation)
        if not there.bot:
            status = 404 if targeted else 403  # so documented for targeted messages
            raise Refusal(status, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        if there.team and self.world.teams[there.team].archived:
            raise Refusal(403, "Forbidden", "The team is archived")
        return there, thread

    def _team(self, id: str) -> Any:
        if id not in self.world.teams:
            raise Refusal(404, "TeamNotFound", "Team not found")
        if not self.world.teams[id].bot:
            raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return self.world.teams[id]

    def _person(self, id: str) -> Member:
        if id not in self.world.people:
            raise Refusal(400, "BadArgument", "Unknown member")
        return self.world.people[id]

    def _recipient(self, there: Conversation, given: Payload) -> str:
        to = str(given.get("recipient", {}).get("id", ""))
        if there.kind == "personal" or to not in there.members:
            raise Refusal(400, "BadArgument", "A recipient among the members of a group is wanted")
        if not self.world.targets:
            raise Refusal(400, "BadArgument", "Targeted messages are not supported here")
        return to

    def _own(self, there: Conversation, activity: str, targeted: bool) -> Said:
        said = there.said(activity)
        if said.author != self.world.bot:
            raise Refusal(403, "Forbidden", "The bot may only change its own messages")
        if said.deleted or (said.to and said.until <= self.world.now()) or bool(said.to) != targeted:
            raise Refusal(404, "ActivityNotFound", "The activity does not exist in the conversation")
        return said

    def _stand(self, there: Conversation, thread: str, given: Payload, to: str) -> Said:
        until = self.world.now() + TARGETED if to else 0.0
        said = Said(self.world.stamp(), self.world.bot, given, thread=thread, to=to, until=until)
        there.messages.append(said)
        self.world.note("targeted" if to else "post", there.id, to, said.id, given, thread)
        self.world.journal.sent(there.id, self.world.now())
        return said

    def _drawable(self, given: Payload, there: Conversation) -> None:
        if given.get("type") not in ("message", "typing"):
            raise Refusal(400, "BadArgument", "Unknown activity type")
        if not given.get("text") and not given.get("attachments"):
            raise Refusal(400, "BadArgument", "Activity must include non empty 'text' field or at least 1 attachment")
        if len(json.dumps(given).encode()) > LARGEST:
            self.world.wrong.append("an activity of more than 28 KB")
            raise Refusal(413, "MessageSizeTooBig", "Message size too large")
        if not self.strict:
            return
        wrong = [
            problem for each in given.get("attachments", []) for problem in self.problems(each, there, posted=True)
        ]
        if given.get("attachments") and not given.get("summary"):
            wrong.append("a card without a summary for notifications")
        self._refusing(wrong)

    def problems(self, attachment: Payload, there: Conversation, *, posted: bool = False) -> list[str]:
        """What is wrong with a card that is `posted` as a message, or stands in a dialog."""
        card = attachment.get("content", {})
        if attachment.get("contentType") != ADAPTIVE or card.get("type") != "AdaptiveCard":
            return [f"no adaptive card: {attachment.get('contentType')}"]
        wrong = [] if card.get("version") in ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5") else ["not of version 1.5"]
        wrong += _wrong_mentions(card, {*self.world.people, self.world.bot})
        users = card.get("refresh", {}).get("userIds", [])
        if len(users) > REFRESHED or not set(users) <= there.members | {""}:
            wrong.append(f"drawn anew for {len(users)} people, or for some who are not there")
        return wrong + (problems_of_post(card) if posted else problems_of_card(card))

    def _refusing(self, wrong: list[str]) -> None:
        self.world.wrong.extend(wrong)
        if wrong:
            raise Refusal(400, "BadSyntax", "; ".join(wrong))


def _wrong_mentions(card: Payload, known: set[str]) -> list[str]:
    """Teams shows the name of nobody where a mention in the text and its entity do not agree."""
    entities = {each["text"]: each["mentioned"]["id"] for each in card.get("msteams", {}).get("entities", [])}
    texts = " ".join(
        str(each.get("text", "")) for each in parts(card.get("body", [])) if each.get("type") == "TextBlock"
    )
    wrong = [f"{text} is nobody's mention" for text in re.findall(r"<at>.*?</at>", texts) if text not in entities]
    return wrong + [f"a mention of {id}, who is not known" for id in entities.values() if id not in known]


def _told(member: Member) -> Payload:
    name = member.name
    whole = {"id": member.id, "aadObjectId": member.object_id, "objectId": member.object_id, "name": name}
    given = {"givenName": name.partition(" ")[0], "surname": name.partition(" ")[2], "email": member.email}
    more = {"userPrincipalName": member.email, "tenantId": member.tenant, "userRole": member.role}
    return whole | given | more


__all__ = ["ADAPTIVE", "Answer", "Methods"]
