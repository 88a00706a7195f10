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


def test_what_surrounds_a_pasted_value_is_no_part_of_it(tmp_path: Path) -> None:
    given = {"BMM_SLACK_BOT_TOKEN": " xoxb-1\n", "BMM_SLACK_SIGNING_SECRET": "\ts \r\n", "BMM_PORT": " 8081 "}
    settings = read_settings(given, tmp_path)
    assert (settings.slack_bot_token, settings.slack_signing_secret, settings.port) == ("xoxb-1", "s", 8081)


@pytest.mark.parametrize("token", ["xoxb-1\nxoxb-2", "xoxb 1", "xoxb-…", "xoxb-\x001"])
def test_a_token_that_no_header_can_carry_is_named_without_its_content(token: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"BMM_SLACK_BOT_TOKEN.*copy it again") as told:
        read_settings({"BMM_SLACK_BOT_TOKEN": token}, tmp_path)
    assert "xoxb" not in str(told.value)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("slack.com/api", "such as https://slack.com/api/"),
        ("ftp://slack.com/api", "such as https://slack.com/api/"),
        ("https:///api", "such as https://slack.com/api/"),
        ("", "such as https://slack.com/api/"),
        ("https://slack.com:eighty/api", "Port"),
        ("http://slack.com/api", "it needs https://"),
        ("http://127.0.0.1.example.com/api", "it needs https://"),
    ],
)
def test_tokens_are_sent_to_a_true_address_only(address: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=f"BMM_SLACK_API_URL.*{says}"):
        read_settings({"BMM_SLACK_API_URL": address}, tmp_path)


@pytest.mark.parametrize("address", ["https://slack-gov.com/api/", "http://127.0.0.1:9/api", "http://localhost/api/"])
def test_government_slack_and_this_machine_are_true_addresses(address: str, tmp_path: Path) -> None:
    assert read_settings({"BMM_SLACK_API_URL": address}, tmp_path).slack_api_url == address
