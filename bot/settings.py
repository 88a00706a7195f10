"""The settings of a deployment: from the environment, a `.env` in the working directory, or files of secrets."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

PREFIX = "BMM_"
_TESTS = "BMM_TEST_"  # left to the tests
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class WrongSettings(Exception):
    """A setting is unknown, missing or malformed; the text says which, and what to write instead."""


class Settings(BaseModel):
    """Every setting that this program knows; the name in the environment is `BMM_` and the field in capitals.

    What surrounds a value, such as the newline that comes along when it is pasted, is no part of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    database_url: str = Field(
        "sqlite:///bmm.db", description="where everything is kept: `sqlite:///path` or `postgresql://…`"
    )
    host: str = Field("127.0.0.1", description="the address it listens on")
    port: int = Field(8080, ge=0, le=65535, description="the port it listens on")
    slack_signing_secret: str = Field("", description="Slack over HTTP: the app's signing secret", repr=False)
    slack_bot_token: str = Field("", description="one Slack workspace: the bot's token, `xoxb-…`", repr=False)
    slack_app_token: str = Field(
        "", description="Slack over Socket Mode, with no public address: the app-level token, `xapp-…`", repr=False
    )
    slack_client_id: str = Field("", description="many Slack workspaces by `/slack/install`: the app's client id")
    slack_client_secret: str = Field("", description="the client secret that belongs to the client id", repr=False)
    slack_api_url: str = Field(
        "https://slack.com/api/", description="base of Slack's Web API (government Slack, tests)"
    )
    teams_app_id: str = Field("", description="Microsoft Teams: the bot's app (client) id, a GUID")
    teams_app_password: str = Field(
        "", description="its client secret; left out where a managed identity proves who it is", repr=False
    )
    teams_tenant_id: str = Field("", description="the one tenant whose people it serves, a GUID")
    teams_openid_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="OpenID metadata of who signs what Teams sends (sovereign clouds, tests)",
    )
    teams_login_url: str = Field(
        "https://login.microsoftonline.com", description="authority for the bot's own tokens (sovereign clouds, tests)"
    )
    teams_service_hosts: str = Field(
        "", description="further hosts to which replies may go, between commas; plain http for this machine only"
    )
    teams_local: str = Field(
        "", pattern="^[01]?$", description="`1`: nobody has to prove to be Teams; only where it listens on this machine"
    )
    metrics_token: str = Field(
        "", description="bearer token for `/metrics` from elsewhere than this machine", repr=False
    )
    secret_key: str = Field(
        "",
        description="key(s) that seal stored tokens, newest first, between commas; "
        "made beside an SQLite file (`bmm.db.key`) where none is set",
        repr=False,
    )
    log: str = Field("text,info", description="`text` or `json`, and the level: `json,debug`")

    @field_validator(
        "slack_signing_secret", "slack_bot_token", "slack_app_token", "slack_client_id", "slack_client_secret",
        "teams_app_password",
    )  # fmt: skip
    @classmethod
    def _in_one_piece(cls, value: str) -> str:
        if any(each.isspace() or not each.isprintable() or not each.isascii() for each in value):
            raise ValueError("it has a space, a line break or a character in it that is never given out: copy it again")
        return value

    @field_validator("teams_app_id", "teams_tenant_id")
    @classmethod
    def _a_guid(cls, value: str) -> str:
        if value and not _GUID.fullmatch(value):
            raise ValueError("it is no id such as 1f3a0c52-8f4e-4a55-9d0e-0c6a4f1b2d3e")
        return value.casefold()

    @field_validator("slack_api_url", "teams_openid_url", "teams_login_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("it is no address such as https://slack.com/api/")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("tokens go there: it needs https://")
        return value

    @property
    def log_form(self) -> Literal["text", "json"]:
        """How log lines are written."""
        return "json" if "json" in self.log.split(",") else "text"

    @property
    def log_level(self) -> str:
        """The least level that is logged, in capitals."""
        levels = {"debug", "info", "warning", "error"}
        return next((part.strip().upper() for part in self.log.split(",") if part.strip() in levels), "INFO")


def is_loopback(host: str) -> bool:
    """Whether this is a name or address of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings from the environment over `.env` in `folder`; `NAME_FILE` names a file that holds a value.

    Raises WrongSettings.
    """
    environment = os.environ if environment is None else environment
    values = {**dotenv_values((folder or Path.cwd()) / ".env"), **environment}
    given = {
        name: value
        for name, value in values.items()
        if name.startswith(PREFIX) and not name.startswith(_TESTS) and value is not None
    }
    return _valid(_settings(given))


def _settings(given: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        field, content = _setting(name, value)
        if field in found:
            raise WrongSettings(f"{PREFIX}{field.upper()} is given twice: by itself and as a file")
        found[field] = content
    return found


def _setting(name: str, value: str) -> tuple[str, Any]:
    field = name.removeprefix(PREFIX).lower()
    if field in Settings.model_fields:
        return field, value
    if field.endswith("_file") and field.removesuffix("_file") in Settings.model_fields:
        try:
            return field.removesuffix("_file"), Path(value).read_text(encoding="utf-8")
        except OSError as error:
            raise WrongSettings(f"{name} names a file that cannot be read: {error.strerror}") from None
    known = [f"{PREFIX}{each.upper()}" for each in Settings.model_fields]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
    raise WrongSettings(f"there is no setting {name}: {hint}")


def changed(settings: Settings, **values: Any) -> Settings:
    """The settings with other values, as valid as those of the environment. Raises WrongSettings."""
    return _valid(settings.model_dump() | values)


def _valid(values: dict[str, Any]) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        problems = [f"{PREFIX}{str(each['loc'][0]).upper()}: {_told(each)}" for each in error.errors()]
        raise WrongSettings("; ".join(problems)) from None


def _told(problem: Any) -> str:
    """What is wrong, in our own words where we have some."""
    return str(problem.get("ctx", {}).get("error") or problem["msg"])


def described() -> list[tuple[str, str, str]]:
    """Name, meaning and default of every setting, for the README."""
    return [
        (f"{PREFIX}{name.upper()}", field.description or "", "" if field.default == "" else str(field.default))
        for name, field in Settings.model_fields.items()
    ]
