"""Where answers, and our token with them, may go: hosts of Teams, written in any way, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.trust.hosts import KNOWN, Hosts, Strange

TEAMS = "https://smba.trafficmanager.net"


@pytest.mark.parametrize("host", KNOWN)
def test_the_hosts_of_teams_are_allowed(host: str) -> None:
    assert Hosts().check(f"https://{host}/emea/") == f"https://{host}/emea"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        (TEAMS, TEAMS),
        (f"{TEAMS}/", TEAMS),
        (f"{TEAMS}/teams/", f"{TEAMS}/teams"),
        ("HTTPS://SMBA.TrafficManager.NET/Amer/", f"{TEAMS}/Amer"),
        ("https://smba.trafficmanager.net./emea", f"{TEAMS}/emea"),
        (f"{TEAMS}:443/emea", f"{TEAMS}/emea"),
        (f"{TEAMS}/emea/c0ffee00-1234-4abc-8def-001122334455/", f"{TEAMS}/emea/c0ffee00-1234-4abc-8def-001122334455"),
    ],
)
def test_an_address_is_written_in_one_way(url: str, written: str) -> None:
    assert Hosts().check(url) == written


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "smba.trafficmanager.net", "//smba.trafficmanager.net/", "https://", "https:///emea",
        "http://smba.trafficmanager.net/", "http://smba.trafficmanager.net:443/", "ftp://smba.trafficmanager.net/",
        "https://evil.example/", "https://evil.trafficmanager.net/", "https://x.smba.trafficmanager.net/",
        "https://smba.trafficmanager.net.evil.example/", "https://evil.example/smba.trafficmanager.net",
        "https://smba.trafficmanager.net@evil.example/", "https://u:p@smba.trafficmanager.net/",
        "https://evil.example#smba.trafficmanager.net", "https://evil.example?smba.trafficmanager.net",
        f"{TEAMS}/?x=1", f"{TEAMS}/#x", f"{TEAMS}/a/../b", f"{TEAMS}/./b", f"{TEAMS}/%2e%2e/b",
        f"{TEAMS}\\@evil.example/",
        f"{TEAMS}:444/", f"{TEAMS}:0/", f"{TEAMS}:99999/", f"{TEAMS}:x/", f"{TEAMS}:٤٤٣/", f"{TEAMS}:443:443/",
        "https://webchat.botframework.com/", "https://smba.infra.gcc.teams.microsoft.com.evil.example/",
        "https://169.254.169.254/", "http://169.254.169.254/metadata", "https://127.0.0.1/", "http://localhost/",
        "https://[::1]/", "https://[::1/", "https://2130706433/", "https://0x7f.1/",
        "https://ｓｍｂａ.trafficmanager.net/", "https://smbа.trafficmanager.net/", "https://smba。trafficmanager.net/",
        "https://smba.trafficmanager.net../", " https://smba.trafficmanager.net/", "https://smba.traffic\nmanager.net/",
        f"{TEAMS}/\ud800", f"{TEAMS}/" + "a" * 2_000,
    ],
)  # fmt: skip
def test_every_other_address_is_strange(url: str) -> None:
    with pytest.raises(Strange):
        Hosts().check(url)


def test_further_hosts_are_allowed_as_they_are_listed() -> None:
    hosts = Hosts("Teams.Example.com, gateway.example.com:8443,bücher.example,127.0.0.1:3978,localhost,[::1]:3978")
    for url in (
        "https://teams.example.com/x",
        "https://gateway.example.com:8443",
        "https://xn--bcher-kva.example",
        "http://127.0.0.1:3978/teams",
        "https://127.0.0.1:3978",
        "http://localhost",
        "https://localhost",
        "http://localhost:3978",
        "http://[::1]:3978/x",
        TEAMS,
    ):
        assert hosts.check(url) == url
    for url in (
        "http://teams.example.com",
        "https://teams.example.com:8443",
        "https://gateway.example.com",
        "http://gateway.example.com:8443",
        "http://127.0.0.1",
        "http://127.0.0.1:3979",
        "http://[::1]",
    ):
        with pytest.raises(Strange):
            hosts.check(url)


@pytest.mark.parametrize(
    "entry",
    ["https://teams.example.com", "*.example.com", "*", "a/b", "u@a", "a b", ":80", "a:b", "a:0", "a:70000", "a..b",
     "é" * 70],
)  # fmt: skip
def test_an_entry_that_is_no_host_is_said(entry: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        Hosts(f"teams.example.com,{entry}")


def test_in_local_mode_only_this_machine_is_answered() -> None:
    hosts = Hosts(local=True)
    assert hosts.check("http://127.0.0.1:51234/") == "http://127.0.0.1:51234"
    assert hosts.check("http://LOCALHOST.:5000/x/") == "http://localhost:5000/x"
    assert hosts.check("http://[::1]:5000") == "http://[::1]:5000"
    for url in (TEAMS, "http://192.168.1.5:3978", "http://127.1:80", "http://localhost.evil.example", "http://0.0.0.0"):
        with pytest.raises(Strange):
            hosts.check(url)


@given(st.text() | st.from_regex(r"https?://[^/]{0,40}smba\.trafficmanager\.net[^/]{0,9}(/.{0,9})?"))
def test_whatever_is_allowed_is_a_host_of_teams(url: str) -> None:
    try:
        written = Hosts().check(url)
    except Strange:
        return
    assert written.split("/")[2] in KNOWN
    assert written.startswith("https://")
    assert Hosts().check(written) == written
