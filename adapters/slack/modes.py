"""The ways in which a deployment joins Slack, and what its settings lack for one."""

from enum import Enum

from bot.settings import Settings, WrongSettings

_HINT = "one workspace: BMM_SLACK_BOT_TOKEN with BMM_SLACK_SIGNING_SECRET, or with BMM_SLACK_APP_TOKEN (Socket Mode)"
_MANY = "many: BMM_SLACK_CLIENT_ID and BMM_SLACK_CLIENT_SECRET with BMM_SLACK_SIGNING_SECRET"


class Mode(Enum):
    """Whose token it acts with: that of the settings, or those that workspaces have given."""

    ONE = "one workspace"
    MANY = "many workspaces"


def mode(settings: Settings) -> Mode | None:
    """How to join Slack, or None where nothing of Slack is set. Raises WrongSettings for a half or a contradiction."""
    one, many = bool(settings.slack_bot_token), bool(settings.slack_client_id or settings.slack_client_secret)
    heard = bool(settings.slack_signing_secret or settings.slack_app_token)
    if not (one or many or heard):
        return None
    for wrong, told in (
        (one and many, "BMM_SLACK_BOT_TOKEN is for one workspace and BMM_SLACK_CLIENT_ID for many: set one of them"),
        (many and not settings.slack_client_id, "BMM_SLACK_CLIENT_SECRET needs BMM_SLACK_CLIENT_ID beside it"),
        (many and not settings.slack_client_secret, "BMM_SLACK_CLIENT_ID needs BMM_SLACK_CLIENT_SECRET beside it"),
        (not (one or many), f"Slack is set up by half. For {_HINT}; for {_MANY}"),
        (not heard, f"bmm could speak and not hear. For {_HINT if one else _MANY}"),
        (one and not settings.slack_bot_token.startswith("xoxb-"), _bot(settings.slack_bot_token)),
        (settings.slack_app_token and not settings.slack_app_token.startswith("xapp-"), _APP),
    ):
        if wrong:
            raise WrongSettings(told)
    return Mode.ONE if one else Mode.MANY


_APP = (
    "BMM_SLACK_APP_TOKEN is not an app-level token, which begins with xapp-: Basic Information, App-Level Tokens, "
    "with the scope connections:write"
)


def _bot(token: str) -> str:
    if token.startswith("xoxe."):
        return (
            "BMM_SLACK_BOT_TOKEN is a token that runs out after twelve hours. Turn token rotation off for one "
            f"workspace; for {_MANY}, which renews them"
        )
    return (
        "BMM_SLACK_BOT_TOKEN is not a bot's token, which begins with xoxb-: OAuth & Permissions, Bot User OAuth Token"
    )
