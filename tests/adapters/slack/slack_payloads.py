"""Payloads in the shapes of docs.slack.dev, cut to what is read; each names its page."""

from typing import Any

BOT = "U061F7AUR"

# docs.slack.dev/reference/events/app_mention, in the envelope of docs.slack.dev/apis/events-api
MENTION: dict[str, Any] = {
    "token": "XXYYZZ",
    "team_id": "T123ABC456",
    "api_app_id": "A123ABC456",
    "event": {
        "type": "app_mention",
        "user": "U061F7TTT",
        "text": "<@U061F7AUR> is the printer on 3 jammed? R&amp;D &lt;3",
        "ts": "1515449522.000016",
        "channel": "C123ABC456",
        "event_ts": "1515449522000016",
    },
    "type": "event_callback",
    "event_id": "Ev123ABC456",
    "event_time": 1515449522000016,
    "authorizations": [
        {"enterprise_id": None, "team_id": "T123ABC456", "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
    ],
    "is_ext_shared_channel": False,
}

# docs.slack.dev/interactivity/implementing-slash-commands
COMMAND: dict[str, Any] = {
    "token": "gIkuvaNzQIHg97ATvDxqgjtO",
    "team_id": "T0001",
    "team_domain": "example",
    "enterprise_id": "E0001",
    "enterprise_name": "Globular%20Construct%20Inc",
    "channel_id": "C2147483705",
    "channel_name": "test",
    "user_id": "U2147483697",
    "user_name": "Steve",
    "command": "/bmm",
    "text": "assign 12 <@U012ABCDEF|ben>",
    "response_url": "https://hooks.slack.com/commands/1234/5678",
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    "api_app_id": "A123456",
}

# docs.slack.dev/reference/interaction-payloads/block_actions-payload
ACTION: dict[str, Any] = {
    "type": "block_actions",
    "team": {"id": "T9TK3CUKW", "domain": "example"},
    "user": {"id": "UA8RXUSPL", "username": "jtorrance", "team_id": "T9TK3CUKW"},
    "api_app_id": "AABA1ABCD",
    "token": "9s8d9as89d8as9d8as989",
    "container": {
        "type": "message",
        "message_ts": "1548261231.000200",
        "channel_id": "CBR2V3XEX",
        "is_ephemeral": False,
        "is_app_unfurl": False,
    },
    "trigger_id": "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
    "channel": {"id": "CBR2V3XEX", "name": "review-updates"},
    "message": {"bot_id": "BAH5CA16Z", "type": "message", "user": "UAJ2RU415", "ts": "1548261231.000200"},
    "response_url": "https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209",
    "actions": [
        {
            "action_id": "bmm:1",
            "block_id": "=qXel",
            "text": {"type": "plain_text", "text": "View", "emoji": True},
            "value": 'item.show {"item":"42"}',
            "type": "button",
            "action_ts": "1548426417.840180",
        }
    ],
}

# docs.slack.dev/reference/interaction-payloads/view-interactions-payload
SUBMISSION: dict[str, Any] = {
    "type": "view_submission",
    "team": {"id": "T1234567", "domain": "coverbands"},
    "user": {"id": "U0123456789", "username": "dreamweaver", "team_id": "T1234567"},
    "view": {
        "id": "VNHU13V36",
        "type": "modal",
        "title": {"type": "plain_text", "text": "Modal"},
        "private_metadata": r"""{"i":"item.edit {\"item\":\"42\"}","c":"C1","t":"1548261231.000200","""
        """"m":"1548261232.000100"}""",
        "callback_id": "bmm",
        "state": {
            "values": {
                "title": {"value": {"type": "plain_text_input", "value": "Printer\x00 jams"}},
                "owner": {"value": {"type": "users_select", "selected_user": "U012ABCDEF"}},
                "due": {"value": {"type": "datepicker", "selected_date": "2026-11-27"}},
                "priority": {
                    "value": {
                        "type": "static_select",
                        "selected_option": {"text": {"type": "plain_text", "text": "High"}, "value": "high"},
                    }
                },
                "estimate": {"value": {"type": "number_input", "value": None}},
                "request": {"value": {"type": "plain_text_input", "value": "one "}},
                "request~1": {"value": {"type": "plain_text_input", "value": "two"}},
            }
        },
        "hash": "156663117.cd33ad1f",
    },
    "trigger_id": "12466734323.1395872398",
    "response_urls": [],
}
