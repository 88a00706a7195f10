"""Whose installation a payload was sent to, and whether a person is of another organisation.

In a channel that two organisations share, and in one that workspaces of an organisation share, several workspaces are
named in a payload, and not each field means the same in each kind:

* events: `authorizations` names an installation that may see the event; `team_id` may be the other workspace
  (docs.slack.dev/apis/events-api; github.com/slackapi/bolt-js/issues/935). An installation of a whole organisation
  may name no workspace there; then `context_team_id` does, through which we hear of it.
* controls of our messages: `message` is ours and so is its `bot_profile.team_id` and `team`; `team` is ours too, and
  `user.team_id` the person's (github.com/slackapi/java-slack-sdk/issues/1041).
* views: `view.app_installed_team_id` is ours and `team` the person's (github.com/slackapi/bolt-js/issues/1614), except
  that in an organisation it may be the first workspace in which we were installed
  (github.com/slackapi/bolt-python/issues/1229). So our views carry their workspace themselves.
* shortcuts and commands: only people of a workspace that has us installed are offered them, so `team` and `team_id`
  are ours. Where we are installed for an organisation `team` is null, and `user.team_id` tells
  (github.com/slackapi/bolt-python/pull/23).
"""

from dataclasses import dataclass
from typing import Any

from adapters.slack.reading.payload import Malformed, Payload, id_of
from adapters.slack.reading.places import metadata

Pair = tuple[str, str]  # the ids of a workspace and of its organisation, which is empty where none is told


@dataclass(frozen=True)
class Here:
    """Whose installation heard: the workspace, the bot's user there, and the organisation or an empty text."""

    team: str
    bot: str
    enterprise: str = ""


def heard_by(payload: Payload) -> list[Pair]:
    """The workspaces that a payload may have been sent to, the likeliest first. Raises Malformed where there is none.

    Only the first one that we are installed in is meant.
    """
    if payload.get("type") in ("event_callback", "app_rate_limited"):
        found = _authorized(payload)
    elif "command" in payload:
        found = [(id_of(payload, "team_id"), _told(payload, "enterprise_id"))]
    else:
        enterprise = _told(payload.get("enterprise"), "id") or _told(payload.get("team"), "enterprise_id")
        found = [(team, enterprise) for team in _interacting(payload)]
    pairs = [pair for pair in found if pair[0]] or [pair for pair in found if pair[1]]
    if not pairs:
        raise Malformed("team")
    return list(dict.fromkeys(pairs))


def bot_of(payload: Payload, known: str) -> str:
    """The bot's user where the event was heard, or the one that is `known`."""
    ours = (each for each in _authorizations(payload) if each.get("is_bot") and isinstance(each.get("user_id"), str))
    return str(next(ours, {"user_id": known})["user_id"])


def is_outside(team: str, here: Here, payload: Payload) -> bool:
    """Whether `team`, a workspace or an organisation, is of another organisation.

    A sibling workspace of our organisation looks like a stranger's where its organisation is not told: it is taken for
    a stranger's only in an event of a channel that is shared outside. Elsewhere the person's profile tells.
    """
    shared = payload.get("is_ext_shared_channel")  # only events say it
    if not team or team in (here.team, here.enterprise) or shared is False:
        return False
    if not here.enterprise or team.startswith("E"):
        return True
    organisation = _organisation(team, payload)
    return shared is True if organisation is None else organisation != here.enterprise


def is_unproven(team: str, here: Here, payload: Payload) -> bool:
    """Whether a payload leaves open if a person of `team` is one of ours: where it does, their profile has to tell."""
    if payload.get("is_ext_shared_channel") is False or (team and team in (here.team, here.enterprise)):
        return False
    return not is_outside(team, here, payload) and (not team or _organisation(team, payload) is None)


def team_of(said: Payload) -> str:
    """Whose person wrote a message, as far as it says: the id of a workspace or of an organisation."""
    return _told(said, "user_team") or _told(said, "source_team") or _told(said, "team")


def _authorized(payload: Payload) -> list[Pair]:
    contexts = [("context_team_id", "context_enterprise_id"), ("team_id", "enterprise_id")]
    around = [(_told(payload, team), _told(payload, enterprise)) for team, enterprise in contexts]
    through = next((team for team, _ in around if team), "")
    ours = [(_told(each, "team_id") or through, _told(each, "enterprise_id")) for each in _authorizations(payload)]
    return ours or around


def _authorizations(payload: Payload) -> list[Payload]:
    given = payload.get("authorizations")
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _interacting(payload: Payload) -> list[str]:
    view, message = payload.get("view"), payload.get("message")
    teams = []
    if isinstance(view, dict):
        if ours := metadata(view).get("w"):
            return [ours]
        teams += [_told(view, "app_installed_team_id")]
    if payload.get("type") == "block_actions" and isinstance(message, dict) and message.get("bot_id"):
        teams += [_told(message.get("bot_profile"), "team_id"), _told(message, "team")]
    return [*teams, _told(payload.get("team"), "id"), _told(payload.get("user"), "team_id")]


def _organisation(team: str, payload: Payload) -> str | None:
    """The organisation of a workspace, empty where it has none, or None where the payload does not tell."""
    named = payload.get("team")
    pairs = {_told(payload, f"{of}team_id"): _told(payload, f"{of}enterprise_id") for of in ("", "context_")}
    if isinstance(named, dict):
        pairs[_told(named, "id")] = _told(named, "enterprise_id") or _told(payload.get("enterprise"), "id")
    return pairs.get(team)


def _told(holder: Any, name: str) -> str:
    """The id under `name`, empty where there is none. Raises Malformed."""
    found = holder.get(name) if isinstance(holder, dict) else None
    return id_of({name: found}, name) if found else ""
