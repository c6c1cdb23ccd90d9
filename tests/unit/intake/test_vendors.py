"""Every preset on a file in its vendor's form, all the way to pairs, each with what such an export holds beside them.

The files of tests/fixtures/vendors are written by hand in the form of the documents that the presets name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from smelt.conversations.arrow import READ as OF_BRONZE
from smelt.conversations.arrow import to_conversations
from smelt.examples.arrow import to_examples
from smelt.examples.cleaning import Cleaner
from smelt.examples.config import CleaningConfig, ExamplesConfig
from smelt.intake.columns import PARSED, to_batch
from smelt.intake.parsing import Parser
from smelt.intake.presets import preset_names
from smelt.intake.records import SourceFile
from smelt.intake.source import SourceConfig
from tests.unit.intake.intake_builders import LIMITS

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "vendors"
QUESTION = "How do I dim the lamp in the hall at night?"
ANSWER = "Open the app, choose the lamp of the hall and move the ring to the left until it is dim."
UNWANTED = (
    "INTERNAL", "supplier", "Half of", "Win a", "Buy cheap", "merged", "was deleted", "typically", "Rate your",
    "get replies",
    "out of the office", "Secret", "on hold", "are busy", "may be recorded", "joined", "ref:", "wrote:",
)  # fmt: skip
MORE = {
    "zendesk_tickets": {"roles": {}},
    "mbox": {"roles": {"agent": ["help@desk.test"]}},
}


def file_of(preset: str) -> Path:
    return next(FOLDER.glob(f"{preset}.*"))


def source_of(preset: str) -> SourceConfig:
    return SourceConfig.model_validate({"name": "any", "preset": preset, "path": "x", **MORE.get(preset, {})})


@cache
def rows_of(preset: str) -> list[tuple]:
    file = file_of(preset)
    return list(Parser(source_of(preset), LIMITS).file(file.read_bytes(), SourceFile(str(file), file.name)))


def fields_of(preset: str) -> list[dict]:
    return [dict(zip(PARSED, row, strict=True)) for row in rows_of(preset)]


@cache
def examples_of(preset: str) -> list[dict]:
    """Rows of silver.examples, without scrubbing."""
    batch = to_batch(rows_of(preset))
    now = pa.array([LIMITS.latest] * batch.num_rows, pa.timestamp("us", tz="UTC"))
    bronze = {name: batch.column(name) for name in OF_BRONZE if name in PARSED} | {"ingested_at": now}
    made = to_conversations(pa.RecordBatch.from_pydict({name: bronze[name] for name in OF_BRONZE}), b"0" * 32)
    silver = {name: made.column(name) for name in made.schema.names if name != "known"}
    silver["pii_rejections"] = pa.array([[]] * batch.num_rows, pa.list_(pa.string()))
    examples = to_examples(pa.RecordBatch.from_pydict(silver), ExamplesConfig(), Cleaner(CleaningConfig()))
    return examples.to_pylist()


def test_every_preset_has_a_file():
    assert sorted(file.stem for file in FOLDER.iterdir()) == sorted(preset_names())


@pytest.mark.parametrize("preset", preset_names())
def test_nothing_of_it_is_quarantined_and_all_is_explained(preset):
    source = source_of(preset)
    for row in rows_of(preset):
        fields = dict(zip(PARSED, row, strict=True))
        assert fields["reasons"] == []
        assert fields["kind"] == source.kind


@pytest.mark.parametrize("preset", [name for name in preset_names() if name != "eml"])
def test_a_question_finds_its_answer_and_nothing_else_gets_in(preset):
    examples = examples_of(preset)
    usable = [row for row in examples if not row["rejections"]]
    wanted = "dim the lamp" if source_of(preset).kind == "articles" else QUESTION
    assert any(wanted in row["question"] and ANSWER in row["answer"] for row in usable)
    texts = [
        text
        for row in examples
        for text in (row["question"], row["answer"], *(turn["text"] for turn in row["context"]))
        if text
    ]
    said = "\n".join(texts)
    assert [word for word in UNWANTED if word.casefold() in said.casefold()] == []


@pytest.mark.parametrize(
    ("preset", "reasons"),
    [
        ("zendesk_tickets", {"excluded:status"}),
        ("zendesk_ticket_events", {"excluded:child_events[event_type=Create].event_type"}),
        ("zendesk_chats", {"excluded:type"}),
        ("freshdesk_tickets", {"excluded:spam", "excluded:source"}),
        ("helpscout_conversations", {"excluded:status"}),
        ("front_conversations", {"excluded:status"}),
        ("salesforce_cases", {"excluded:IsDeleted"}),
        ("hubspot_tickets", {"excluded:archived"}),
        (
            "confluence_pages",
            {"excluded:status", "excluded:restrictions.read.restrictions.user.results[0].type"},
        ),
        (
            "zendesk_guide_articles",
            {"excluded:draft", "excluded:user_segment_id", "excluded:user_segment_ids[0]"},
        ),
    ],
)
def test_what_its_owner_threw_away_or_keeps_to_himself_says_why(preset, reasons):
    left_out = [
        row for row in examples_of(preset) if any(r.startswith("excluded:") for r in row["rejections"])
    ]
    assert {reason for row in left_out for reason in row["rejections"]} == reasons
    assert all(row["question"] is None and row["answer"] is None for row in left_out)


def test_a_merged_ticket_gives_the_answer_that_was_given_before():
    answers = [row["answer"] for row in examples_of("zendesk_tickets") if not row["rejections"]]
    assert "It is the one with the ring, the switch was in the older model only." in answers


def test_who_opened_a_ticket_is_its_customer_where_events_come_without_users():
    (said,) = [row["turns"] for row in fields_of("zendesk_ticket_events") if row["source_key"] == "31"]
    assert [(turn["role"], turn["text"]) for turn in said] == [("customer", QUESTION), ("agent", ANSWER)]


def test_links_and_mentions_of_slack_are_read_as_they_are_shown():
    (answer,) = [row["answer"] for row in examples_of("slack_export") if not row["rejections"]]
    assert answer.endswith("until it is dim. See the page if level < 20.")
    assert [turn["role"] for turn in fields_of("slack_export")[0]["turns"]] == ["customer", "bot", "agent"]


def test_a_reader_of_front_knows_who_wrote_by_the_recipients():
    said = fields_of("front_conversations")[0]["turns"]
    assert [turn["speaker"] for turn in said] == ["Iris Okafor", "Otto"]


def test_code_of_pages_and_documents_keeps_its_lines():
    for preset, code in (
        ("jira_service_management", "lamp:\n  level: 20"),
        ("confluence_pages", "lamp:\n  level: 20\n  if: a < b"),
        ("zendesk_guide_articles", "lamp:\n  level: 20"),
    ):
        assert any(code in (row["answer"] or "") for row in examples_of(preset)), preset


def test_mail_is_decoded_and_attachments_are_named():
    (mbox,) = rows_of("mbox")
    fields = dict(zip(PARSED, mbox, strict=True))
    assert "From the café it looks too bright." in fields["turns"][0]["text"]
    assert [turn["role"] for turn in fields["turns"]] == ["customer", "agent"]
    (eml,) = rows_of("eml")
    fields = dict(zip(PARSED, eml, strict=True))
    assert (fields["source_key"], fields["subject"], fields["body"]) == (
        "<e1@fjord.test>",
        "Lämpchen",
        QUESTION,
    )


def test_a_choice_of_a_list_is_no_answer_of_hubspot():
    (row,) = [row for row in fields_of("hubspot_tickets") if row["source_key"] == "901"]
    assert row["resolution"] == ANSWER
    assert row["outcome"] == [("csat", "5"), ("status", "4")]


def test_a_call_that_began_before_its_transcript_keeps_its_first_words():
    assert fields_of("teams_vtt")[0]["turns"][0]["text"] == "Desk, this is Otto, what can I do for you?"


def test_a_chatbot_of_hubspot_is_no_agent():
    (said,) = [row["turns"] for row in fields_of("hubspot_conversations")]
    assert [turn["role"] for turn in said] == ["customer", "bot", "agent"]
