"""Settings: from the environment, a `.env`, or files of secrets; a name that nobody knows is an error."""

from pathlib import Path

import pytest

from bot.settings import WrongSettings, described, read_settings


def test_without_any_the_defaults_hold(tmp_path: Path) -> None:
    settings = read_settings({"PATH": "/bin"}, tmp_path)
    assert (settings.database_url, settings.host, settings.port) == ("sqlite:///bmm.db", "127.0.0.1", 8080)


def test_an_unknown_name_is_an_error_that_suggests_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"BMM_DATABSE_URL.*did you mean BMM_DATABASE_URL"):
        read_settings({"BMM_DATABSE_URL": "sqlite:///x.db"}, tmp_path)
    with pytest.raises(WrongSettings, match=r"BMM_ZZZ.*the settings are BMM_DATABASE_URL"):
        read_settings({"BMM_ZZZ": "1"}, tmp_path)


def test_names_for_the_tests_are_left_to_them(tmp_path: Path) -> None:
    read_settings({"BMM_TEST_REQUIRE": "1", "BMM_TEST_ANYTHING": "x"}, tmp_path)


def test_the_environment_goes_before_the_file_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BMM_PORT=9000\nBMM_HOST=0.0.0.0\nOTHER=1\n")
    settings = read_settings({"BMM_PORT": "9001"}, tmp_path)
    assert (settings.port, settings.host) == (9001, "0.0.0.0")


def test_an_unknown_name_in_the_file_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BMM_PROT=9000\n")
    with pytest.raises(WrongSettings, match="BMM_PORT"):
        read_settings({}, tmp_path)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("xoxb-1\n")
    settings = read_settings({"BMM_SLACK_BOT_TOKEN_FILE": str(tmp_path / "secret")}, tmp_path)
    assert settings.slack_bot_token == "xoxb-1"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="BMM_SLACK_BOT_TOKEN_FILE"):
        read_settings({"BMM_SLACK_BOT_TOKEN_FILE": str(tmp_path / "none")}, tmp_path)


def test_a_setting_given_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("xoxb-1")
    given = {"BMM_SLACK_BOT_TOKEN_FILE": str(tmp_path / "secret"), "BMM_SLACK_BOT_TOKEN": "xoxb-2"}
    with pytest.raises(WrongSettings, match="twice"):
        read_settings(given, tmp_path)


@pytest.mark.parametrize("port", ["eighty", "70000", "-1", ""])
def test_a_malformed_value_is_named_without_its_content(tmp_path: Path, port: str) -> None:
    with pytest.raises(WrongSettings, match="BMM_PORT"):
        read_settings({"BMM_PORT": port}, tmp_path)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    settings = read_settings({"BMM_SLACK_BOT_TOKEN": "xoxb-secret", "BMM_SLACK_SIGNING_SECRET": "hush"}, tmp_path)
    assert "secret" not in repr(settings).replace("signing_secret", "")
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(("log", "form", "level"), [("json,debug", "json", "DEBUG"), ("text", "text", "INFO")])
def test_how_logs_are_written(tmp_path: Path, log: str, form: str, level: str) -> None:
    settings = read_settings({"BMM_LOG": log}, tmp_path)
    assert (settings.log_form, settings.log_level) == (form, level)


def test_every_setting_is_described() -> None:
    assert all(name.startswith("BMM_") and meaning for name, meaning, _ in described())
