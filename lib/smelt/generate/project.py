"""Writes the configuration for generated data, with its sources declared, ready for ``smelt run``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from smelt.generate.config import STREAM_SHARES, Kind

HEAD = """\
# Sources of the generated data; paths are relative to this file.  smelt run --conf smelt.yaml
# The demo key is published and protects nothing: right for invented people, wrong for real ones.
"""

SOURCES: Mapping[str, Mapping[str, Any]] = {
    "tickets": {
        "format": "json_lines",
        "glob": "*.jsonl",
        "mapping": {
            "source_key": "id",
            "customer_id": "requester.id",
            "customer_name": "requester.name",
            "customer_email": "requester.email",
            "agent_id": "assignee.id",
            "agent_name": "assignee.name",
            "subject": "subject",
            "body": "description",
            "resolution": "resolution",
            "category": "category",
            "priority": "priority",
            "language": "locale",
            "created_at": "created_at",
            "updated_at": "updated_at",
        },
        "known": {"phone": "requester.phone"},
        "outcome": {"csat": "satisfaction_rating.score", "reopened": "reopens", "status": "status"},
        "turns": {
            "path": "comments",
            "text": "body",
            "role": "author_role",
            "at": "created_at",
            "where": {"public": [True]},
        },
        "roles": {"customer": ["end-user"], "agent": ["agent"]},
    },
    "chats": {
        "format": "json_lines",
        "glob": "*.jsonl",
        "mapping": {
            "source_key": "chat_id",
            "customer_id": "visitor.id",
            "customer_name": "visitor.name",
            "customer_email": "visitor.email",
            "agent_id": "agent.id",
            "agent_name": "agent.name",
            "category": "topic",
            "priority": "priority",
            "language": "language",
            "created_at": "started_at",
            "updated_at": "ended_at",
        },
        "known": {"username": "visitor.username"},
        "outcome": {"csat": "rating"},
        "turns": {"path": "turns", "text": "text", "role": "sender", "speaker": "name", "at": "time"},
        "roles": {"customer": ["visitor"], "agent": ["agent"], "bot": ["bot"]},
    },
    "chat_turns": {
        "format": "csv",
        "glob": "*.csv",
        "time_zone": "America/New_York",
        "time_formats": ["%m/%d/%Y %H:%M:%S"],
        "mapping": {
            "customer_email": "customer_email",
            "category": "topic",
            "created_at": "timestamp",
        },
        "outcome": {"csat": "rating"},
        "turns": {
            "group_by": "conversation_id",
            "order_by": "turn",
            "text": "message",
            "role": "sender",
            "speaker": "sender_name",
            "at": "timestamp",
        },
        "roles": {"customer": ["visitor"], "agent": ["agent"], "bot": ["bot"]},
        "defaults": {"language": "en"},
    },
    "calls": {
        "format": "json_lines",
        "glob": "*.jsonl",
        "mapping": {
            "source_key": "call_id",
            "customer_id": "caller.id",
            "customer_name": "caller.name",
            "agent_id": "agent.id",
            "agent_name": "agent.name",
            "category": "queue",
            "priority": "priority",
            "language": "language",
            "created_at": "started_at",
        },
        "known": {"phone": "caller.number"},
        "turns": {"path": "segments", "text": "text", "role": "speaker"},
        "roles": {"customer": ["caller"], "agent": ["agent"]},
    },
    "call_captions": {
        "format": "webvtt",
        "glob": "*.vtt",
        "mapping": {"source_key": "@stem"},
        "roles": {"customer": ["caller"], "agent": ["agent"]},
        "defaults": {"language": "en"},
    },
    "articles": {
        "format": "markdown",
        "glob": "*.md",
        "mapping": {"source_key": "@stem", "priority": "front_matter.priority"},
    },
    "articles_html": {
        "format": "html",
        "glob": "*.html",
        "mapping": {"source_key": "@stem", "category": "meta.category"},
        "defaults": {"language": "en"},
    },
}
"""Stream -> configuration of its source."""


def write_project(out: Path, kinds: tuple[Kind, ...]) -> Path:
    """Write ``out/smelt.yaml`` with the sources of ``kinds``; returns its path."""
    sources = [
        {"name": name, "kind": STREAM_SHARES[name][0], "path": name, **source}
        for name, source in SOURCES.items()
        if STREAM_SHARES[name][0] in kinds
    ]
    conf = {
        "warehouse": {"root": "warehouse"},
        "pii": {"key": {"demo": True}},
        "intake": {"landing": ".", "sources": sources},
    }
    path = out / "smelt.yaml"
    out.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + yaml.safe_dump(conf, sort_keys=False, width=110), encoding="utf-8")
    return path
