"""Argilla 2: settings and records for its SDK; answers from its flat list, the only export with their status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from smelt.review.answers import FIELDS, Answer, State, made_of
from smelt.review.config import ReviewConfig
from smelt.review.formats.label_studio import data_of
from smelt.review.tasks import DECISIONS, RATINGS, Task

TOOL = "argilla"

STATES: dict[str | None, State] = {"submitted": "answered", "discarded": "skipped", "draft": "draft"}


def write(tasks: Sequence[Task], folder: Path, config: ReviewConfig) -> list[str]:
    """``settings.json`` (rg.Settings.from_json) and ``records.json`` (rg.Dataset.records.log of its entries)."""
    folder.mkdir(parents=True, exist_ok=True)
    overlap = max((task.overlap for task in tasks), default=1)
    (folder / "settings.json").write_bytes(
        orjson.dumps(settings(config, overlap), option=orjson.OPT_INDENT_2)
    )
    with (folder / "records.json").open("wb") as file:
        file.write(b"[\n")
        for number, task in enumerate(tasks):
            file.write((b",\n" if number else b"") + orjson.dumps(record_of(task)))
        file.write(b"\n]\n")
    return ["settings.json", "records.json"]


def record_of(task: Task) -> dict[str, Any]:
    """The arguments of rg.Record; its id is the task_id, which is also in the metadata with the content hash."""
    data = data_of(task)
    shown = ("question", "answer", "context")
    return {
        "id": task.task_id,
        "fields": {name: data[name] for name in shown},
        "metadata": {name: data[name] for name in ("task_id", "content_hash", "sample")},
    }


def settings(config: ReviewConfig, overlap: int) -> dict[str, Any]:
    """The same as rg.Settings.serialize gives for these questions."""
    fields = [
        {"name": name, "title": name.capitalize(), "required": name != "context",
         "settings": {"type": "text", "use_markdown": False}}
        for name in ("context", "question", "answer")
    ]  # fmt: skip
    texts = ("corrected_question", "corrected_answer", "right_category", "comment")
    questions = [
        _question("decision", "label_selection", required=True, options=_labels(DECISIONS), visible_options=3),
        _question(
            "reasons", "multi_label_selection", options=_labels(config.reasons),
            visible_options=max(3, len(config.reasons)), options_order="natural",
        ),
        _question("rating", "rating", options=[{"value": value} for value in RATINGS]),
        *(_question(name, "text", use_markdown=False) for name in texts),
    ]  # fmt: skip
    metadata = [
        {"name": name, "title": name, "visible_for_annotators": False,
         "settings": {"type": "terms", "values": None, "visible_for_annotators": False}}
        for name in ("task_id", "content_hash", "sample")
    ]  # fmt: skip
    return {
        "guidelines": config.guidelines,
        "fields": fields,
        "questions": questions,
        "metadata": metadata,
        "vectors": [],
        "allow_extra_metadata": True,
        "distribution": {"strategy": "overlap", "min_submitted": overlap},
        "mapping": None,
    }


def _question(name: str, kind: str, *, required: bool = False, **more: object) -> dict[str, Any]:
    title = name.replace("_", " ").capitalize()
    return {
        "name": name,
        "title": title,
        "description": None,
        "required": required,
        "settings": {"type": kind, **more},
    }


def _labels(names: Sequence[str]) -> list[dict[str, str]]:
    return [{"text": name.replace("_", " "), "value": name} for name in names]


def is_flat(entry: dict[str, Any]) -> bool:
    """Whether an entry comes from ``dataset.records.to_list(flatten=True)``."""
    return any(key.endswith(".responses") for key in entry) or (
        "_server_id" in entry and "fields" not in entry
    )


def is_nested(entry: dict[str, Any]) -> bool:
    """Whether an entry comes from ``records.to_json``, where drafts and discarded answers look like submitted ones."""
    return isinstance(entry.get("responses"), dict) and isinstance(entry.get("fields"), dict)


def answers_of(entry: dict[str, Any], where: str) -> Iterator[Answer]:
    """The answers, one per user, in a record of the flat list."""
    values: dict[str, dict[str, Any]] = {}
    states: dict[str, State] = {}
    for name in FIELDS:
        given = entry.get(f"{name}.responses") or []
        users = entry.get(f"{name}.responses.users") or []
        status = entry.get(f"{name}.responses.status") or []
        for number, value in enumerate(given):
            user = str(users[number]) if number < len(users) else ""
            values.setdefault(user, {})[name] = value
            states.setdefault(user, STATES.get(status[number] if number < len(status) else None, "draft"))
    for user, said in sorted(values.items()):
        yield made_of(
            said,
            task=entry.get("task_id") or entry.get("id"),
            content_hash=entry.get("content_hash"),
            annotator=user,
            state=states[user],
            tool=TOOL,
            where=f"{where}, user {user[:8]}",
        )
