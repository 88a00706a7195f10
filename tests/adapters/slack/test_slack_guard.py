"""Who may speak as Slack: nothing is parsed, and nothing reaches the core, before the signature is right."""

import json

import aiohttp
import pytest

from adapters.slack.guard import Guard, Refused
from tests.adapters.slack.slack_stage import SECRET, Stage, stage
from tests.fakes.slack_person import FORM, JSON, sign

BODY = b'{"type":"url_verification","challenge":"c"}'


async def told(here: Stage, body: bytes, headers: dict[str, str] | None = None, kind: str = JSON) -> int:
    return (await here.anna.send(body, kind, headers)).status


async def test_a_signed_challenge_is_answered() -> None:
    async with stage() as here:
        answer = await here.anna.send(BODY, JSON)
        assert (answer.status, answer.body) == (200, {"challenge": "c"})


def test_the_signature_of_slacks_own_documentation_is_right() -> None:
    """docs.slack.dev/authentication/verifying-requests-from-slack works this example."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    guard = Guard(SECRET, lambda: 1531420618.0)
    guard.verify("v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", "1531420618", body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "", "X-Slack-Request-Timestamp": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": "v0=" + "0" * 63, "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": "v1=" + "0" * 64, "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": "v0=" + "ü" * 64, "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": "v0=" + "٣" * 64, "X-Slack-Request-Timestamp": "NOW"},
        *({"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": each} for each in (
            "abc", "nan", "-1", "1e9", "1.5", "", "9" * 40, "٣٣٣", " 1 2"
        )),
    ],
)  # fmt: skip
async def test_what_is_not_signed_is_refused_unread(headers: dict[str, str]) -> None:
    async with stage() as here:
        moment = str(int(here.clock.now().timestamp()))
        headers = {name: value.replace("NOW", moment) for name, value in headers.items()}
        for body in (BODY, b"{", b"", b"payload=%7B", b"ssl_check=1"):
            assert await told(here, body, headers) == 401
            assert await told(here, body, headers, FORM) == 401
        assert here.core.kept == []


async def test_a_changed_body_and_a_wrong_secret_are_refused() -> None:
    async with stage() as here:
        now = here.clock.now().timestamp()
        assert await told(here, BODY + b" ", sign(SECRET, BODY, now)) == 401
        assert await told(here, BODY, sign("another", BODY, now)) == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401)])
async def test_a_signature_is_good_for_five_minutes_either_way(seconds: int, status: int) -> None:
    async with stage() as here:
        assert await told(here, BODY, sign(SECRET, BODY, here.clock.now().timestamp() + seconds)) == status


async def test_the_same_request_again_is_refused_and_nothing_is_kept_twice() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U1ANNA", "<@U0BMM> printer")
        body = json.dumps(here.anna.event("app_mention", "C1OPS", said)).encode()
        headers = sign(SECRET, body, here.clock.now().timestamp())
        assert await told(here, body, headers) == 200
        here.clock.move(200)
        assert await told(here, body, headers) == 401
        assert len(here.core.kept) == 1


async def test_a_redelivery_is_signed_anew_and_heard() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U1ANNA", "<@U0BMM> printer")
        body = json.dumps(here.anna.event("app_mention", "C1OPS", said)).encode()
        here.core.down = True
        assert await told(here, body) == 503
        here.core.down = False
        here.clock.move(60)
        signed = sign(SECRET, body, here.clock.now().timestamp())
        retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}
        assert await told(here, body, signed | retry) == 200
        assert len(here.core.kept) == 1


async def test_a_redelivery_within_the_same_second_is_acknowledged_and_kept_once() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U1ANNA", "<@U0BMM> printer")
        event = here.anna.event("app_mention", "C1OPS", said)
        assert [(await here.anna.deliver(event, retry)).status for retry in (0, 1, 2, 0)] == [200, 200, 200, 401]
        assert len(here.core.kept) == 1


async def test_what_was_not_kept_may_come_again_as_it_was() -> None:
    async with stage() as here:
        said = here.slack.post("C1OPS", "U1ANNA", "<@U0BMM> printer")
        body = json.dumps(here.anna.event("app_mention", "C1OPS", said)).encode()
        headers = sign(SECRET, body, here.clock.now().timestamp())
        here.core.down = True
        assert await told(here, body, headers) == 503
        here.core.down = False
        assert await told(here, body, headers) == 200


@pytest.mark.parametrize("chunked", [False, True])
async def test_what_is_too_large_is_refused(chunked: bool) -> None:
    async def pieces(body: bytes) -> object:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    async with stage() as here, aiohttp.ClientSession() as session:
        for size, status in ((256 * 1024, 400), (256 * 1024 + 1, 413)):
            body = b"{" + b" " * (size - 1)
            headers = {"Content-Type": JSON, **sign(SECRET, body, here.clock.now().timestamp())}
            data = pieces(body) if chunked else body
            async with session.post(here.url, data=data, headers=headers) as response:
                assert response.status == status


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff", b"{}", b"[" * 100_000, b'{"type":' * 20_000,
        b'{"type":"event_callback"}', b'{"type":"event_callback","event":7}', b'{"type":"event_callback","event":"x"}',
        b'{"type":"event_callback","event":{}}', b'{"type":"event_callback","event":{"type":3}}',
        b'{"type":"event_callback","team_id":7,"event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1.2"}}',
        b'{"type":"event_callback","team_id":"T0BMM","event":{"type":"app_mention","user":"U1","channel":{},"ts":[]}}',
        b'{"type":"event_callback","team_id":"T0BMM","authorizations":7,"event":{"type":"app_mention"}}',
        b'{"type":"block_actions","team":7,"user":7}', b'{"type":"block_actions","actions":[7]}',
        b'{"type":"block_actions","team":{"id":"T0BMM"},"user":{"id":"U1"},"actions":[]}',
        b'{"type":"view_submission","team":{"id":"T0BMM"},"user":{"id":"U1"}}',
        b'{"type":"view_submission","team":{"id":"T0BMM"},"user":{"id":"U1"},"view":{"id":"V1","hash":"1",'
        b'"private_metadata":"{","state":{"values":{}}}}',
        b'{"type":"view_submission","team":{"id":"T0BMM"},"user":{"id":"U1"},"view":{"type":"modal","id":"V1",'
        b'"hash":"1.1","callback_id":"bmm","private_metadata":"[]","state":{"values":{"a":7}}}}',
    ],
)  # fmt: skip
async def test_signed_nonsense_is_never_our_fault_and_never_kept(body: bytes) -> None:
    async with stage() as here:
        assert await told(here, body) < 500
        assert await told(here, b"payload=" + body, kind=FORM) < 500
        assert await told(here, body, kind=FORM) < 500
        assert here.core.kept == here.core.asked == []


async def test_what_cannot_be_read_is_a_bad_request() -> None:
    async with stage() as here:
        assert await told(here, b"{") == await told(here, b"payload=%7B", kind=FORM) == 400


def test_an_empty_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="secret is empty"):
        Guard("", lambda: 0.0)


def test_signatures_are_forgotten_when_they_could_not_be_used_any_more() -> None:
    moment = [1_000_000.0]
    guard = Guard(SECRET, lambda: moment[0])
    for n in range(50):
        signed = sign(SECRET, b"%d" % n, moment[0])
        guard.verify(signed["X-Slack-Signature"], signed["X-Slack-Request-Timestamp"], b"%d" % n)
        moment[0] += 60
    assert len(guard._seen) <= 12
    with pytest.raises(Refused):
        guard.look(["v0=" + "0" * 64], ["1000000"])
