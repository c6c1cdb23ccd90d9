"""Presets on records in the form that the vendors document."""

from __future__ import annotations

import json
from typing import Any

import orjson

from smelt.intake.source import SourceConfig
from tests.unit.intake.intake_builders import parse_one


def by_preset(name: str, record: dict[str, Any]) -> dict[str, Any]:
    source = SourceConfig.model_validate({"name": "any", "preset": name, "path": "x"})
    return parse_one(source, orjson.dumps(record))


ZENDESK = {
    "id": 35436,
    "url": "https://example.zendesk.com/api/v2/tickets/35436.json",
    "subject": "Help, my printer is on fire!",
    "raw_subject": "{{dc.printer_on_fire}}",
    "description": "The fire is very colorful.",
    "type": "incident",
    "priority": "high",
    "status": "solved",
    "recipient": "support@example.com",
    "requester_id": 20978392,
    "assignee_id": 235323,
    "requester": {"id": 20978392, "name": "Aimee Sample", "email": "aimee@example.org", "phone": "+1 555 0100"},
    "tags": ["printer", "other_tag"],
    "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
    "satisfaction_rating": {"id": 1234, "score": "good"},
    "created_at": "2009-07-20T22:55:29Z",
    "updated_at": "2011-05-05T10:38:52Z",
    "generated_timestamp": 1304592000,
    "custom_fields": [{"id": 27642, "value": "745"}],
    "comments": [
        {"id": 1, "author_id": 20978392, "body": "The fire is very colorful.", "public": True,
         "plain_body": "The fire is very colorful.", "created_at": "2009-07-20T22:55:29Z"},
        {"id": 2, "author_id": 235323, "body": "He always says that", "public": False},
        {"id": 3, "author_id": 235323, "body": "Please pull the plug.", "public": True,
         "created_at": "2009-07-20T23:10:00Z"},
    ],
}  # fmt: skip


def test_zendesk_tickets() -> None:
    row = by_preset("zendesk_tickets", ZENDESK)
    assert row["reasons"] == []
    assert (row["source_key"], row["subject"], row["category"]) == (
        "35436",
        "Help, my printer is on fire!",
        "printer",
    )
    assert [(turn["role"], turn["text"]) for turn in row["turns"]] == [
        ("customer", "The fire is very colorful."),
        ("agent", "Please pull the plug."),
    ]
    assert row["outcome"] == [("csat", "good"), ("status", "solved")]
    assert {"kind": "phone", "value": "+1 555 0100"} in row["known"]
    assert {"kind": "name", "value": "Aimee Sample"} in row["known"]
    extras = json.loads(row["extras"])
    assert extras["custom_fields"] == [{"id": 27642, "value": "745"}]
    assert "generated_timestamp" not in extras


def test_zendesk_tickets_without_comments_keep_their_description() -> None:
    row = by_preset("zendesk_tickets", {key: value for key, value in ZENDESK.items() if key != "comments"})
    assert (row["reasons"], row["turns"], row["body"]) == ([], [], "The fire is very colorful.")


INTERCOM = {
    "type": "conversation",
    "id": "403918251",
    "created_at": 1719493065,
    "updated_at": 1719493265,
    "title": None,
    "state": "closed",
    "read": True,
    "priority": "priority",
    "admin_assignee_id": 991267715,
    "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "86", "name": "Billing"}]},
    "conversation_rating": {"rating": 5, "remark": ""},
    "source": {
        "type": "conversation", "id": "403918251", "delivered_as": "customer_initiated", "subject": "Refund",
        "body": "<p>I was charged twice</p>",
        "author": {"type": "user", "id": "6673a0", "name": "Joe Sample", "email": "joe@example.org"},
    },
    "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "6673a0"}]},
    "statistics": {"type": "conversation_statistics", "count_reopens": 1},
    "conversation_parts": {
        "type": "conversation_part.list",
        "total_count": 4,
        "conversation_parts": [
            {"type": "conversation_part", "part_type": "comment", "body": "<p>Let me see</p>", "created_at": 1719493100,
             "author": {"type": "bot", "id": "1", "name": "Fin"}},
            {"type": "conversation_part", "part_type": "note", "body": "<p>VIP</p>", "created_at": 1719493150,
             "author": {"type": "admin", "id": "991267715", "name": "Ciaran Lee"}},
            {"type": "conversation_part", "part_type": "assignment", "body": None, "created_at": 1719493160,
             "author": {"type": "admin", "id": "991267715", "name": "Ciaran Lee"}},
            {"type": "conversation_part", "part_type": "comment", "body": "<p>Refunded</p>", "created_at": 1719493200,
             "author": {"type": "admin", "id": "991267715", "name": "Ciaran Lee"}},
        ],
    },
}  # fmt: skip


def test_intercom_conversations() -> None:
    row = by_preset("intercom_conversations", INTERCOM)
    assert row["reasons"] == []
    assert [(turn["role"], turn["text"]) for turn in row["turns"]] == [
        ("customer", "<p>I was charged twice</p>"),
        ("bot", "<p>Let me see</p>"),
        ("agent", "<p>Refunded</p>"),
    ]
    assert (row["subject"], row["category"], row["body_format"]) == ("Refund", "Billing", "html")
    assert (row["customer_id"], row["customer_email"]) == ("6673a0", "joe@example.org")
    assert row["outcome"] == [("csat", "5"), ("reopened", "1"), ("status", "closed")]
    assert {"kind": "name", "value": "Ciaran Lee"} in row["known"]
    assert row["created_at"] == 1719493065000000


JSM_REQUEST = {
    "issueId": "107001",
    "issueKey": "HELPDESK-1",
    "reporter": {"accountId": "qm:a", "emailAddress": "fred@example.org", "displayName": "Fred F."},
    "requestFieldValues": [
        {"fieldId": "summary", "label": "What do you need?", "value": "Request JSD help via REST"},
        {"fieldId": "description", "label": "Why do you need this?", "value": "I need a new mouse for my Mac"},
    ],
    "createdDate": {"iso8601": "2015-10-08T14:42:00+0700", "epochMillis": 1444290120000},
    "currentStatus": {"status": "Waiting for Support"},
    "comments": {
        "values": [
            {"id": "1", "body": "Which model?", "public": True, "created": {"iso8601": "2015-10-09T10:22:00+0700"},
             "author": {"accountId": "ag", "displayName": "Ann"}},
            {"id": "2", "body": "He asks weekly", "public": False, "created": {"iso8601": "2015-10-09T10:23:00+0700"},
             "author": {"accountId": "ag", "displayName": "Ann"}},
            {"id": "3", "body": "The small one.", "public": True, "created": {"iso8601": "2015-10-09T11:00:00+0700"},
             "author": {"accountId": "qm:a", "displayName": "Fred F."}},
        ]
    },
}  # fmt: skip


def test_requests_of_the_service_desk_api_are_read_like_issues() -> None:
    row = by_preset("jira_service_management", JSM_REQUEST)
    assert (row["reasons"], row["source_key"], row["subject"], row["body"]) == (
        [],
        "HELPDESK-1",
        "Request JSD help via REST",
        "I need a new mouse for my Mac",
    )
    assert [(turn["role"], turn["text"]) for turn in row["turns"]] == [
        ("agent", "Which model?"),
        ("customer", "The small one."),
    ]
    assert row["created_at"] == 1444290120000000
    assert row["outcome"] == [("status", "Waiting for Support")]


def test_comments_of_portal_users_are_the_customers() -> None:
    comments = [
        {"CommentBody": "It still blinks.", "IsPublished": True, "CreatedById": "u1",
         "CreatedDate": "2026-03-02T10:00:00Z", "CreatedBy": {"UserType": "CspLitePortal"}},
        {"CommentBody": "Hold the ring.", "IsPublished": True, "CreatedById": "u2",
         "CreatedDate": "2026-03-02T11:00:00Z", "CreatedBy": {"UserType": "Standard"}},
    ]  # fmt: skip
    row = by_preset(
        "salesforce_cases", {"Id": "500", "Subject": "Lamp", "CaseComments": {"records": comments}}
    )
    assert [turn["role"] for turn in row["turns"]] == ["customer", "agent"]
