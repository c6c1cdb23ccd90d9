"""Label Studio: a project with its labelling configuration and its tasks; its JSON, JSON-MIN and CSV exports.

Ids and hashes are stored in ``data``, because JSON-MIN and CSV do not export ``meta``. The JSON export names the
annotator of each answer (``completed_by``), also in the open source edition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson

from smelt.review.answers import FIELDS, Answer, made_of
from smelt.review.config import ReviewConfig
from smelt.review.tasks import DECISIONS, Task

TOOL = "label-studio"


def write(tasks: Sequence[Task], folder: Path, config: ReviewConfig) -> list[str]:
    """``config.xml``, ``project.json`` (body of POST /api/projects) and ``tasks.json``, the file to import."""
    folder.mkdir(parents=True, exist_ok=True)
    view = labelling(config)
    project = {
        "title": tasks[0].sample if tasks else "review",
        "label_config": view,
        "expert_instruction": config.guidelines,
        "show_instruction": True,
        "maximum_annotations": max((task.overlap for task in tasks), default=1),
        "show_skip_button": True,
        "sampling": "Sequential sampling",
    }
    (folder / "config.xml").write_text(view, encoding="utf-8")
    (folder / "project.json").write_bytes(orjson.dumps(project, option=orjson.OPT_INDENT_2))
    with (folder / "tasks.json").open("wb") as file:
        file.write(b"[\n")
        for number, task in enumerate(tasks):
            file.write((b",\n" if number else b"") + orjson.dumps({"data": data_of(task)}))
        file.write(b"\n]\n")
    return ["config.xml", "project.json", "tasks.json"]


def data_of(task: Task) -> dict[str, str]:
    """The data of a task for annotators, without its part and score, which would bias them."""
    return {
        "task_id": task.task_id,
        "content_hash": task.text_hash,
        "sample": task.sample,
        "category": task.category or "",
        "context": "\n".join(f"{role}: {text}" for role, text in task.context),
        "question": task.question,
        "answer": task.answer,
    }


def labelling(config: ReviewConfig) -> str:
    """The labelling configuration in XML, with the names of :data:`smelt.review.answers.FIELDS`."""
    reasons = "\n".join(f"    <Choice value={quoteattr(reason)}/>" for reason in config.reasons)
    decisions = "\n".join(f"    <Choice value={quoteattr(decision)}/>" for decision in DECISIONS)
    return f"""<View>
  <Header value={quoteattr(config.guidelines)} size="5"/>
  <Text name="context" value="$context"/>
  <Header value="Question"/>
  <Text name="question" value="$question"/>
  <Header value="Answer"/>
  <Text name="answer" value="$answer"/>
  <Choices name="decision" toName="answer" choice="single" required="true" showInline="true">
{decisions}
  </Choices>
  <Choices name="reasons" toName="answer" choice="multiple" showInline="true"
           visibleWhen="choice-selected" whenTagName="decision" whenChoiceValue="reject">
{reasons}
  </Choices>
  <Rating name="rating" toName="answer" maxRating="5"/>
  <TextArea name="corrected_question" toName="answer" rows="3" maxSubmissions="1" editable="true"
            placeholder="Corrected question" visibleWhen="choice-selected" whenTagName="decision"
            whenChoiceValue="correct"/>
  <TextArea name="corrected_answer" toName="answer" rows="6" maxSubmissions="1" editable="true"
            placeholder="Corrected answer" visibleWhen="choice-selected" whenTagName="decision"
            whenChoiceValue="correct"/>
  <TextArea name="right_category" toName="answer" maxSubmissions="1" placeholder="Right category, if another"/>
  <TextArea name="comment" toName="answer" rows="2" maxSubmissions="1" placeholder="Comment"/>
</View>
"""


def is_full(entry: dict[str, Any]) -> bool:
    """Whether an entry comes from the JSON export."""
    return isinstance(entry.get("data"), dict) and ("annotations" in entry or "completions" in entry)


def answers_of(entry: dict[str, Any], where: str) -> Iterator[Answer]:
    """The answers in a task of the JSON export; cancelled annotations have the state ``skipped``."""
    data = entry["data"]
    for number, given in enumerate(entry.get("annotations") or entry.get("completions") or [], start=1):
        if not isinstance(given, dict):
            continue
        values: dict[str, Any] = {}
        for part in given.get("result") or []:
            name = part.get("from_name") if isinstance(part, dict) else None
            if name in FIELDS:
                values[name] = part.get("value")
        yield made_of(
            values,
            task=data.get("task_id"),
            content_hash=data.get("content_hash"),
            annotator=given.get("completed_by"),
            state="skipped" if given.get("was_cancelled") else "answered",
            tool=TOOL,
            where=f"{where}, annotation {number}",
            seconds=given.get("lead_time"),
            at=given.get("updated_at") or given.get("created_at"),
        )


def answer_of_row(row: dict[str, Any], where: str) -> Answer:
    """The answer in a row of the JSON-MIN or CSV export: one annotation, or a task without one."""
    return made_of(
        {name: row.get(name) for name in FIELDS},
        task=row.get("task_id"),
        content_hash=row.get("content_hash"),
        annotator=row.get("annotator"),
        state="answered",
        tool=TOOL,
        where=where,
        seconds=row.get("lead_time"),
        at=row.get("updated_at") or row.get("created_at"),
    )
