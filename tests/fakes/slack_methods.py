"""The methods of the fake Web API: what each does to the workspace that it is called for."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.slack_contract import problems_of_blocks, problems_of_unfurl
from tests.fakes.slack_seen import Payload
from tests.fakes.slack_workspace import Channel, Grant, Refusal, Workspace, dm, said

BOT = "B0BMM"


class Methods:
    """Calls by one token in one workspace."""

    def __init__(self, here: Workspace, by: Grant) -> None:
        self.here, self.by = here, by

    @classmethod
    def named(cls, method: str) -> "Callable[[Methods, Payload], Payload] | None":
        """The function of a method, or None where the fake does not know it."""
        found: Callable[[Methods, Payload], Payload] | None = getattr(cls, method.replace(".", "_"), None)
        return found

    def auth_test(self, _: Payload) -> Payload:
        here, by = self.here, self.by
        who = {"team_id": here.team, "user_id": by.bot, "bot_id": BOT, "team": "fake", "user": "bmm"}
        organisation = {"enterprise_id": by.enterprise} if by.enterprise else {}
        return who | organisation | {"url": here.world.origin, "is_enterprise_install": by.organisation}

    # --- people and channels

    def users_info(self, given: Payload) -> Payload:
        self._may("users:read")
        if given["user"] not in self.here.users:
            raise Refusal("user_not_found")
        user = self.here.users[given["user"]]
        whole = {"id": given["user"], "team_id": self.here.team} | user
        return {"user": whole | {"profile": {"display_name": user["name"]}}}

    def conversations_open(self, given: Payload) -> Payload:
        self._may("im:write")
        if given.get("users") not in self.here.users:
            raise Refusal("user_not_found")
        return {"channel": {"id": dm(given["users"])}}

    def conversations_info(self, given: Payload) -> Payload:
        channel = self.here.known(given["channel"])
        self._may(f"{channel.kind}:read")
        private = channel.kind in ("groups", "mpim")
        if private and not channel.bot:
            raise Refusal("channel_not_found")
        told = {"id": channel.id, "name": channel.name, "is_archived": channel.archived}
        return {"channel": told | {"is_private": private, "is_member": channel.bot}}

    def conversations_members(self, given: Payload) -> Payload:
        channel = self.here.known(given["channel"])
        self._may(f"{channel.kind}:read")
        members = self.here.users if channel.members is None else channel.members
        return self._paged(given, "members", sorted(members), 1000)

    def conversations_history(self, given: Payload) -> Payload:
        channel = self._readable(given)
        return self._messages(given, [each for each in reversed(channel.messages) if not each.get("thread_ts")])

    def conversations_replies(self, given: Payload) -> Payload:
        """A thread by its first message; of an answer in one, that answer alone, or the thread too: both were seen."""
        channel = self._readable(given)
        first = self.here.message(channel, given["ts"], "thread_not_found")
        if self.here.whole_threads and first.get("thread_ts"):
            first = self.here.message(channel, first["thread_ts"], "thread_not_found")
        answers = [each for each in channel.messages if each.get("thread_ts") == first["ts"] and each is not first]
        return self._messages(given, answers, first)

    # --- messages

    def chat_postMessage(self, given: Payload) -> Payload:  # noqa: N802 - named as the method
        self._may("chat:write")
        here = self.here
        channel = here.open(dm(given["channel"]) if given["channel"] in here.users else given["channel"])
        self._drawable(given)
        message = {"type": "message", "user": here.bot, "bot_id": BOT, "ts": here.stamp()} | said(given)
        channel.messages.append(message)
        self._seen("post", channel.id, "", message)
        here.journal.post(here.team, channel.id, here.now())
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def chat_update(self, given: Payload) -> Payload:
        self._may("chat:write")
        message = self.here.message(self.here.open(given["channel"]), given["ts"])
        if message["user"] != self.here.bot:
            raise Refusal("cant_update_message")
        self._drawable(given)
        message.update(said(given) | {"edited": {"user": self.here.bot, "ts": self.here.stamp()}})
        self._seen("edit", given["channel"], "", dict(message))
        return {"channel": given["channel"], "ts": given["ts"], "text": given.get("text", "")}

    def chat_postEphemeral(self, given: Payload) -> Payload:  # noqa: N802 - named as the method
        self._may("chat:write")
        channel, user = self.here.open(given["channel"]), given["user"]
        if user not in self.here.users or (channel.members is not None and user not in channel.members):
            raise Refusal("user_not_in_channel")
        self._drawable(given)
        message = {"type": "message", "user": self.here.bot, "ts": self.here.stamp()} | said(given)
        self.here.ephemerals.append((user, channel.id, message))
        self._seen("ephemeral", channel.id, user, message)
        return {"message_ts": message["ts"]}

    def chat_unfurl(self, given: Payload) -> Payload:
        """Below a message of whoever's; what is unfurled again replaces what stood there."""
        self._may("links:write")
        if lacking := next((name for name in ("channel", "ts", "unfurls") if not given.get(name)), None):
            raise Refusal(f"missing_{lacking}")
        if given["channel"] not in self.here.channels:
            raise Refusal("cannot_find_channel")
        message = self.here.message(self.here.channels[given["channel"]], given["ts"], "cannot_find_message")
        unfurls = given["unfurls"] if isinstance(given["unfurls"], dict) else json.loads(given["unfurls"])
        stood = {each["app_unfurl_url"]: each for each in message.get("attachments", [])}
        for url, unfurl in unfurls.items():
            if url not in message["text"].replace("&amp;", "&"):
                raise Refusal("cannot_unfurl_message")
            if self.here.domains is not None and urlsplit(url).hostname not in self.here.domains:
                raise Refusal("cannot_unfurl_url")
            self._refusing(problems_of_unfurl(unfurl) if self.here.strict else [])
            stood[url] = {"id": len(stood) + 1, "app_unfurl_url": url, "is_app_unfurl": True} | unfurl
        message["attachments"] = list(stood.values())
        self._seen("unfurl", given["channel"], "", dict(message))
        return {}

    # --- views

    def views_open(self, given: Payload) -> Payload:
        view = self._view(given, "modal")
        user = self.here.exchange(given.get("trigger_id", ""))
        self.here.views[user] = view
        return self._shown("modal", user, self.here.views[user])

    def views_push(self, given: Payload) -> Payload:
        view = self._view(given, "modal")
        user = self.here.exchange(given.get("trigger_id", ""))
        if user not in self.here.views:
            raise Refusal("not_found")
        pushed = self.here.views.push(user, view)
        if pushed is None:
            raise Refusal("push_limit_reached")
        return self._shown("push", user, pushed)

    def views_update(self, given: Payload) -> Payload:
        view, found = self._view(given, "modal"), self.here.views.find(given.get("view_id", ""))
        if found is None:
            raise Refusal("not_found")
        user, depth = found
        if given.get("hash", (stood := self.here.views.stacks[user][depth])["hash"]) != stood["hash"]:
            raise Refusal("hash_conflict")
        return self._shown("update", user, self.here.views.put(user, depth, view))

    def views_publish(self, given: Payload) -> Payload:
        view, user = self._view(given, "home"), given["user_id"]
        if user not in self.here.users:
            raise Refusal("invalid_arguments")
        stood = self.here.homes.get(user, {"id": f"V{user}", "hash": ""})
        if given.get("hash", stood["hash"]) != stood["hash"]:
            raise Refusal("hash_conflict")
        self.here.homes[user] = view | {"id": stood["id"], "hash": self.here.stamp()}
        self.here.published[user] += 1
        return self._shown("home", user, self.here.homes[user])

    # --- what the methods share

    def _may(self, *scopes: str) -> None:
        if not self.by.scopes & set(scopes):
            raise Refusal("missing_scope")

    def _readable(self, given: Payload) -> Channel:
        channel = self.here.known(given["channel"])
        self._may(f"{channel.kind}:history")
        if not channel.bot:
            raise Refusal("not_in_channel")
        return channel

    def _drawable(self, given: Payload) -> None:
        if not given.get("text") and not given.get("blocks"):
            raise Refusal("no_text")
        self._refusing(problems_of_blocks(given.get("blocks", [])) if self.here.strict else [])
        if self.here.strict and not given.get("text"):
            self.here.wrong.append("blocks without a text for notifications and screen readers")

    def _refusing(self, wrong: list[str]) -> None:
        self.here.wrong.extend(wrong)
        if wrong:
            raise Refusal("invalid_blocks")

    def _view(self, given: Payload, kind: str) -> Payload:
        view: Payload = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        if view.get("type") != kind:
            raise Refusal("invalid_arguments")
        if len(json.dumps(view)) > 250_000:
            raise Refusal("view_too_large")
        return self.here.checked(view)

    def _shown(self, deed: Any, user: str, view: Payload) -> Payload:
        self.here.note(deed, self.by.token, "", user, view["id"], view)
        return {"view": view}

    def _seen(self, deed: Any, channel: str, user: str, message: Payload) -> None:
        self.here.note(deed, self.by.token, channel, user, message["ts"], message)

    def _messages(self, given: Payload, messages: list[Payload], first: Payload | None = None) -> Payload:
        metadata = str(given.get("include_all_metadata", "")).lower() in ("1", "true")
        oldest, latest = (float(given.get(name) or edge) for name, edge in (("oldest", 0), ("latest", "inf")))
        within = [each for each in messages if oldest <= float(each["ts"]) <= latest]
        within = [first, *within] if first else within  # what a thread hangs on is always there
        shown = [each if metadata else {k: v for k, v in each.items() if k != "metadata"} for each in within]
        return self._paged(given, "messages", shown, 999)

    @staticmethod
    def _paged(given: Payload, name: str, whole: list[Any], largest: int) -> Payload:
        start, most = int(given.get("cursor") or 0), min(int(given.get("limit", 100)), largest)
        cursor = str(start + most) if start + most < len(whole) else ""
        return {name: whole[start : start + most], "response_metadata": {"next_cursor": cursor}}
