"""People in the fake Teams talk and change what is around them, and the bot is told as Teams tells it."""

from tests.adapters.teams.fake_stage import playing

# --- people who talk


async def test_a_mention_comes_with_its_marks_and_the_root_of_its_thread() -> None:
    async with playing() as stage:
        root = await stage.ada.mention(stage.ops, "tell <@" + stage.ben.id + "> that a < b")
        await stage.ben.mention(stage.ops, "I know", root)
        first, second = stage.heard
        assert first["text"] == "<at>bmm</at> tell <at>Ben Lindqvist</at> that a &lt; b"
        mentions = [each for each in first["entities"] if each["type"] == "mention"]
        assert [(each["text"], each["mentioned"]["id"]) for each in mentions] == [
            ("<at>bmm</at>", stage.teams.bot), ("<at>Ben Lindqvist</at>", stage.ben.id),
        ]  # fmt: skip
        assert (first["entities"][-1]["type"], first["entities"][-1]["timezone"]) == ("clientInfo", "Europe/London")
        assert first["id"] == root
        assert [each["conversation"]["id"] for each in (first, second)] == [f"{stage.ops.id};messageid={root}"] * 2
        assert first["channelData"]["channel"] == {"id": stage.ops.id}
        assert (first["conversation"]["conversationType"], first["conversation"]["isGroup"]) == ("channel", True)
        assert first["from"]["aadObjectId"] == stage.ada.member.object_id
        assert first["serviceUrl"] == stage.teams.service
        assert second["id"] != root


async def test_words_that_do_not_name_the_bot_are_heard_only_where_it_may_listen() -> None:
    async with playing() as stage:
        await stage.ada.say(stage.ops, "good morning")
        stage.teams.listening = False
        ref = await stage.ada.say(stage.ops, "good night")
        await stage.ada.edit(stage.ops, ref, "good evening")
        await stage.ada.mention(stage.ops, "hello")
        await stage.ada.direct("and here")
        assert [each["text"] for each in stage.heard] == ["good morning", "<at>bmm</at> hello", "and here"]
        assert stage.heard[-1]["conversation"] == {
            "conversationType": "personal", "tenantId": stage.teams.tenant, "id": stage.teams.chat(stage.ada.id).id,
        }  # fmt: skip


async def test_a_quoted_reply_holds_the_message_that_it_answers() -> None:
    async with playing() as stage:
        trio = stage.teams.group("trio", {stage.ada.id, stage.ben.id})
        ref = await stage.ada.say(trio, "book the van")
        await stage.ben.quote(trio, trio.said(ref), f"<@{stage.teams.bot}> park")
        content = stage.heard[-1]["attachments"][0]["content"]
        assert f'itemtype="http://schema.skype.com/Reply" itemid="{ref}"' in content
        assert "book the van" in content
        assert stage.heard[-1]["conversation"]["id"] == trio.id


async def test_words_are_edited_taken_back_and_brought_back_under_one_id() -> None:
    async with playing() as stage:
        ref = await stage.ada.mention(stage.ops, "the printer jams")
        await stage.ada.edit(stage.ops, ref, f"<@{stage.teams.bot}> the printer works")
        await stage.ada.delete(stage.ops, ref)
        await stage.ada.undelete(stage.ops, ref)
        assert [(each["type"], each["channelData"].get("eventType"), each["id"]) for each in stage.heard] == [
            ("message", None, ref),
            ("messageUpdate", "editMessage", ref),
            ("messageDelete", "softDeleteMessage", ref),
            ("messageUpdate", "undeleteMessage", ref),
        ]
        assert stage.heard[1]["text"] == "<at>bmm</at> the printer works"
        assert "text" not in stage.heard[2]


async def test_a_slash_command_is_seen_by_the_bot_alone() -> None:
    async with playing() as stage:
        await stage.ada.slash(stage.ops, "start 30")
        (heard,) = stage.heard
        assert (heard["text"], heard["recipient"]["isTargeted"]) == ("start 30", True)
        assert [each.text for _, each in stage.teams.seen(stage.ben.id)] == []
        assert [each.text for _, each in stage.teams.seen(stage.ada.id)] == ["start 30"]


# --- people who change what is around words


async def test_an_installation_in_a_team_tells_the_chosen_channel_and_that_the_bot_is_a_member() -> None:
    async with playing() as stage:
        pool = stage.teams.team("Pool", {stage.ada.id}, bot=False)
        garage = stage.teams.channel("garage", pool)
        await stage.ada.mention(garage, "the ramp is icy")
        assert stage.heard == []
        await stage.ada.install(garage)
        installed, added = stage.heard
        assert (installed["type"], installed["action"]) == ("installationUpdate", "add")
        assert installed["channelData"]["settings"] == {"selectedChannel": {"id": garage.id}}
        assert installed["conversation"]["id"] == pool.id
        assert added["membersAdded"] == [{"id": stage.teams.bot}]
        assert added["channelData"]["eventType"] == "teamMemberAdded"
        assert (await stage.post(garage.id))["status"] == 201
        await stage.ada.uninstall(garage)
        removed, gone = stage.heard[2:]
        assert removed["membersRemoved"] == [{"id": stage.teams.bot}]
        assert (gone["type"], gone["action"]) == ("installationUpdate", "remove")
        assert (await stage.post(garage.id))["status"] == 403


async def test_what_becomes_of_channels_and_teams_is_told_in_the_teams_own_channel() -> None:
    async with playing() as stage:
        made = await stage.ada.create("new", stage.team)
        await stage.ada.rename(made, "newer")
        await stage.ada.remove(made)
        await stage.ada.restore(made)
        await stage.ada.rename_team(stage.team, "Works 2")
        await stage.ada.archive(stage.team)
        await stage.ada.archive(stage.team, again=False)
        await stage.ada.delete_team(stage.team)
        assert [each["channelData"]["eventType"] for each in stage.heard] == [
            "channelCreated", "channelRenamed", "channelDeleted", "channelRestored",
            "teamRenamed", "teamArchived", "teamUnarchived", "teamDeleted",
        ]  # fmt: skip
        assert {each["conversation"]["id"] for each in stage.heard} == {stage.team.id}
        assert stage.heard[1]["channelData"]["channel"] == {"id": made.id, "name": "newer"}
        assert stage.heard[4]["channelData"]["team"]["name"] == "Works 2"
        assert (await stage.post(stage.ops.id))["status"] == 404


async def test_members_come_and_go() -> None:
    async with playing() as stage:
        trio = stage.teams.group("trio", {stage.ada.id})
        await stage.ada.bring(trio, stage.ben.id)
        await stage.ada.send_away(trio, stage.ben.id)
        added, removed = stage.heard
        assert added["membersAdded"] == [{"id": stage.ben.id, "aadObjectId": stage.ben.member.object_id}]
        assert removed["membersRemoved"][0]["id"] == stage.ben.id
        assert trio.members == {stage.ada.id}
