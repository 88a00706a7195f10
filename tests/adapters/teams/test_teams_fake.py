"""The fake Connector refuses what Teams refuses, forgets what Teams forgets, fails when asked to, and remembers."""

from typing import Any

import aiohttp
import pytest

from tests.adapters.teams.fake_stage import HOUR, TEXT, card, playing, said, text


async def test_a_message_stands_in_a_thread_or_begins_one_and_its_id_is_later_than_those_before() -> None:
    async with playing() as stage:
        root = await stage.post(stage.ops.id)
        answer = await stage.post(f"{stage.ops.id};messageid={root['id']}")
        assert (root["status"], answer["status"]) == (201, 201)
        assert [(each.id, each.thread) for each in stage.teams.posts(stage.ops.id)] == [
            (root["id"], ""), (answer["id"], root["id"]),
        ]  # fmt: skip
        assert root["id"] == "1800000000000" < answer["id"]
        reply = await stage.call("POST", f"conversations/{stage.ops.id}/activities/{answer['id']}", TEXT)
        assert stage.ops.said(reply["id"]).thread == root["id"]
        assert [each.thread for each in stage.teams.journal.posts(stage.ops.id)] == ["", root["id"], root["id"]]


async def test_a_thread_is_made_with_its_first_message_and_a_personal_chat_once() -> None:
    async with playing() as stage:
        tenant = stage.teams.tenant
        about = {"channel": {"id": stage.ops.id}, "tenant": {"id": tenant}}
        ours = {"bot": {"id": stage.teams.bot}, "tenantId": tenant, "channelData": about}
        made = await stage.call("POST", "conversations", {"isGroup": True, "activity": TEXT} | ours)
        assert made["id"] == f"{stage.ops.id};messageid={made['activityId']}"
        assert made["serviceUrl"] == stage.teams.service
        alone = {"isGroup": False, "members": [{"id": stage.ada.id}]} | ours
        first, second = (
            await stage.call("POST", "conversations", alone),
            await stage.call("POST", "conversations", alone),
        )
        assert first["id"] == second["id"] == stage.teams.chat(stage.ada.id).id
        assert (await stage.post(first["id"]))["status"] == 201
        assert [each.activity["text"] for each in stage.teams.private(stage.ada.id)] == ["hello"]
        other = alone | {"members": [{"id": "29:nobody"}]}
        assert await stage.refusal(stage.call("POST", "conversations", other)) == (400, "BadArgument")
        stranger = ours | {"bot": {"id": "28:another"}}
        assert (await stage.call("POST", "conversations", alone | stranger))["status"] == 403


async def test_what_is_not_there_or_not_ours_is_refused_as_the_connector_does() -> None:
    async with playing() as stage:
        garage = stage.teams.channel("garage", stage.teams.team("Pool", {stage.ada.id}, bot=False))
        assert await stage.refusal(stage.post("19:nowhere@thread.tacv2")) == (404, "ConversationNotFound")
        assert await stage.refusal(stage.post(garage.id)) == (403, "BotNotInConversationRoster")
        assert await stage.refusal(stage.edit(stage.ops.id, "17")) == (404, "ActivityNotFound")
        assert await stage.refusal(stage.post(f"{stage.ops.id};messageid=17")) == (404, "ActivityNotFound")
        theirs = await stage.ada.say(stage.ops, "good morning")
        assert (await stage.edit(stage.ops.id, theirs))["status"] == 403
        assert await stage.refusal(stage.post(stage.ops.id, {"type": "message"})) == (400, "BadArgument")
        long = {"type": "message", "text": "x" * 30_000}
        assert await stage.refusal(stage.post(stage.ops.id, long)) == (413, "MessageSizeTooBig")
        await stage.ada.archive(stage.team)
        assert (await stage.post(stage.ops.id))["status"] == 403


async def test_a_message_is_edited_and_taken_away_by_the_bot() -> None:
    async with playing() as stage:
        ref = (await stage.post(stage.ops.id))["id"]
        assert (await stage.edit(stage.ops.id, ref, TEXT | {"text": "later"}))["status"] == 200
        (post,) = stage.teams.posts(stage.ops.id)
        assert (post.activity["text"], post.edited) == ("later", True)
        assert (await stage.call("DELETE", f"conversations/{stage.ops.id}/activities/{ref}"))["status"] == 200
        assert stage.teams.posts(stage.ops.id) == []
        assert await stage.refusal(stage.edit(stage.ops.id, ref)) == (404, "ActivityNotFound")
        assert [each.deed for each in stage.teams.journal.entries] == ["post", "edit", "delete"]


async def test_a_targeted_message_is_seen_by_one_and_gone_after_a_day() -> None:
    async with playing() as stage:
        root = (await stage.post(stage.ops.id))["id"]
        where = f"{stage.ops.id};messageid={root}"
        told = await stage.post(where, stage.targeted(stage.ada), private=True)
        assert [each.id for each in stage.teams.private(stage.ada.id)] == [told["id"]]
        assert stage.teams.private(stage.ben.id) == []
        assert [each.id for each in stage.teams.posts(stage.ops.id)] == [root]
        assert (await stage.edit(where, told["id"], private=True))["status"] == 200
        again = stage.edit(where, told["id"], stage.targeted(stage.ada), private=True)
        assert await stage.refusal(again) == (400, "BadArgument")
        assert await stage.refusal(stage.edit(where, told["id"])) == (404, "ActivityNotFound")
        stage.at += 24 * HOUR + 1
        assert stage.teams.private(stage.ada.id) == []
        assert await stage.refusal(stage.edit(where, told["id"], private=True)) == (404, "ActivityNotFound")


async def test_a_targeted_message_wants_a_recipient_who_is_there_and_a_bot_that_is() -> None:
    async with playing() as stage:
        gus = stage.teams.person("Gus")
        assert await stage.refusal(stage.post(stage.ops.id, private=True)) == (400, "BadArgument")
        assert await stage.refusal(stage.post(stage.ops.id, stage.targeted(gus), private=True)) == (400, "BadArgument")
        chat = stage.teams.chat(stage.ada.id)
        alone = stage.post(chat.id, stage.targeted(stage.ada), private=True)
        assert await stage.refusal(alone) == (400, "BadArgument")
        await stage.ada.uninstall(stage.ops)
        gone = stage.post(stage.ops.id, stage.targeted(stage.ada), private=True)
        assert await stage.refusal(gone) == (404, "BotNotInConversationRoster")


async def test_members_come_in_pages_and_one_by_either_id() -> None:
    async with playing() as stage:
        crowd = [stage.teams.person(f"Person {number}").id for number in range(120)]
        many = stage.teams.group("many", set(crowd))
        found: list[str] = []
        token = ""
        for _ in range(3):
            page = await stage.call(
                "GET", f"conversations/{many.id}/pagedmembers?pageSize=50&continuationToken={token}"
            )
            found += [each["id"] for each in page["members"]]
            token = page.get("continuationToken", "")
        assert (sorted(found), token) == (sorted(crowd), "")
        for id in (stage.ada.id, stage.ada.member.object_id):
            one = await stage.call("GET", f"conversations/{stage.ops.id}/members/{id}")
            assert (one["name"], one["tenantId"], one["userRole"]) == ("Ada Okafor", stage.teams.tenant, "user")
        nobody = stage.call("GET", f"conversations/{stage.ops.id}/members/{crowd[0]}")
        assert await stage.refusal(nobody) == (404, "MemberNotFoundInConversation")


async def test_a_team_tells_its_channels_and_private_ones_only_with_the_bot_in_them() -> None:
    async with playing() as stage:
        stage.teams.channel("secret", stage.team, sort="private", members={stage.ada.id}, bot=False)
        stage.teams.channel("partners", stage.team, sort="shared")
        team = await stage.call("GET", f"teams/{stage.team.id}")
        assert (team["name"], team["aadGroupId"]) == ("Works", stage.team.group)
        told = (await stage.call("GET", f"teams/{stage.team.id}/conversations"))["conversations"]
        assert [(each["name"], each["type"]) for each in told] == [
            (None, "standard"), ("ops", "standard"), ("partners", "shared"),
        ]  # fmt: skip


async def test_a_card_that_teams_would_not_show_is_refused_and_remembered() -> None:
    async with playing() as stage:
        ada = {"text": "<at>Ada</at>", "type": "mention", "mentioned": {"id": stage.ada.id, "name": "Ada"}}
        good = said(text("<at>Ada</at>, please"), msteams={"entities": [ada]})
        assert (await stage.post(stage.ops.id, good))["status"] == 201
        assert stage.teams.wrong == []
        for wrong in (
            said(text("<at>Ada</at>, please")),
            said(text("x"), version="1.6"),
            said(text("x"), msteams={"entities": [ada | {"mentioned": {"id": "29:nobody", "name": "Ada"}}]}),
            {"type": "message", "attachments": [card(text("x"))]},
            {"type": "message", "summary": "x", "attachments": [{"contentType": "text/css", "content": {}}]},
            said(text("x"), refresh={"userIds": [f"29:{number}" for number in range(61)]}),
        ):
            assert (await stage.post(stage.ops.id, wrong))["status"] == 400, wrong
        assert len(stage.teams.wrong) >= 6


async def test_only_a_token_that_was_given_to_the_bot_is_taken() -> None:
    async with playing(accepts=lambda token: token == "ours") as stage:
        assert (await stage.post(stage.ops.id))["status"] == 201
        told = await stage.call("POST", f"conversations/{stage.ops.id}/activities", TEXT, token="theirs")
        assert told["status"] == 401
        assert len(stage.teams.wrong) == 1
        assert [each.token for each in stage.teams.journal.calls] == ["ours", "theirs"]


@pytest.mark.parametrize(
    ("fault", "status", "stands"),
    [
        ({"kind": "error", "status": 403, "code": "BotDisabledByAdmin"}, 403, 0),
        ({"kind": "throttled", "after": 7}, 429, 0),
        ({"kind": "broken_before", "status": 412}, 412, 0),
        ({"kind": "broken_after", "status": 504}, 504, 1),
        ({"kind": "garbage"}, 200, 0),
        ({"kind": "dropped_before"}, None, 0),
        ({"kind": "dropped_after"}, None, 1),
    ],
)
async def test_a_fault_happens_once_before_or_after_the_message_stands(
    fault: dict[str, Any], status: int | None, stands: int
) -> None:
    async with playing() as stage:
        stage.teams.fail(fault.pop("kind"), "send", **fault)
        if status is None:
            with pytest.raises(aiohttp.ClientError):
                await stage.post(stage.ops.id)
        else:
            told = await stage.post(stage.ops.id)
            assert (told["status"], told["after"]) == (status, "7" if status == 429 else None)
        assert len(stage.teams.posts(stage.ops.id)) == stands
        assert (await stage.post(stage.ops.id))["status"] == 201
        assert stage.teams.counted() == {"send": 2}


async def test_a_conversation_takes_seven_messages_a_second_and_sixty_in_thirty_and_edits_count_for_nothing() -> None:
    async with playing(limited=True) as stage:
        ref = (await stage.post(stage.ops.id))["id"]
        for _ in range(6):
            assert (await stage.post(stage.ops.id))["status"] == 201
        eighth = await stage.post(stage.ops.id)
        assert (eighth["status"], eighth["after"]) == (429, "1")
        assert (await stage.edit(stage.ops.id, ref))["status"] == 200
        assert (await stage.post(stage.teams.group("trio", {stage.ada.id}).id))["status"] == 201
        for half in range(53):
            stage.at = 1_800_000_002.0 + half / 2
            assert (await stage.post(stage.ops.id))["status"] == 201, half
        late = await stage.post(stage.ops.id)
        assert (late["status"], late["after"]) == (429, "2")
        assert (len(stage.teams.journal.posts(stage.ops.id)), stage.teams.journal.most(stage.ops.id)) == (60, 7)
        assert len(stage.teams.journal.breaches) == 2


async def test_the_bot_may_ask_for_fifty_things_a_second() -> None:
    async with playing(limited=True) as stage:
        asked = [await stage.call("GET", f"teams/{stage.team.id}") for _ in range(51)]
        assert [each["status"] for each in asked] == [200] * 50 + [429]
        stage.at += 1.0
        assert (await stage.call("GET", f"teams/{stage.team.id}"))["status"] == 200


async def test_without_limits_what_comes_too_fast_is_only_written_down() -> None:
    async with playing() as stage:
        assert [(await stage.post(stage.ops.id))["status"] for _ in range(9)] == [201] * 9
        assert len(stage.teams.journal.breaches) == 2


async def test_somebody_waits_until_something_is_seen() -> None:
    async with playing() as stage:
        await stage.post(stage.ops.id)
        await stage.teams.until(lambda: stage.teams.posts(stage.ops.id))
        with pytest.raises(TimeoutError):
            await stage.teams.until(lambda: stage.teams.private(stage.ada.id), 0.01)
