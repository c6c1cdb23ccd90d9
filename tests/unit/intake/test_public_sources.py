"""The example configuration on real public files: every source is read, nothing is lost."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import orjson
import pytest

from smelt.config import load_config
from smelt.intake.columns import PARSED
from smelt.intake.config import IntakeConfig
from smelt.intake.parsing import Parser
from smelt.intake.plugins import load_plugin
from smelt.intake.records import SourceFile
from tests.unit.intake.intake_builders import LIMITS

EXAMPLES = Path(__file__).resolve().parents[3] / "conf" / "examples"


@pytest.fixture(scope="module")
def intake(real_data: Path) -> IntakeConfig:
    return load_config([EXAMPLES / "public.yaml"], settings=[f"intake.landing={real_data}"]).intake


def rows_of_source(intake: IntakeConfig, name: str, most: int = 40) -> list[dict[str, object]]:
    """Rows of the first files of a source."""
    source = next(source for source in intake.sources if source.name == name)
    root = Path(intake.location(source.path))
    found = [root] if root.is_file() else sorted(root.rglob(source.glob or "*"))
    files = [(str(file), file.name if root.is_file() else str(file.relative_to(root))) for file in found]
    attached = {
        key: Path(intake.location(path)).read_text("utf-8") for key, path in source.attachments.items()
    }
    plugin = load_plugin(source.reader, {**source.options, **attached}) if source.reader else None
    parser = Parser(source, LIMITS, plugin)
    return [
        dict(zip(PARSED, row, strict=True))
        for path, relative in files[:most]
        for row in parser.file(Path(path).read_bytes(), SourceFile(path, relative))
    ]


def test_reader_plugins_are_short() -> None:
    for file in (EXAMPLES / "readers").glob("*.py"):
        assert len(file.read_text("utf-8").splitlines()) <= 60, file.name


def test_every_complaint_is_a_ticket_with_its_narrative_where_it_has_one(intake: IntakeConfig) -> None:
    rows = rows_of_source(intake, "cfpb")
    assert len(rows) == 6_623
    assert not any(row["reasons"] for row in rows)
    assert sum(row["body"] is not None for row in rows) == 1_532
    assert len({row["record_id"] for row in rows}) == 6_623


def test_chats_keep_what_was_said_to_the_other_side(intake: IntakeConfig, real_data: Path) -> None:
    rows = {row["source_key"]: row for row in rows_of_source(intake, "star")}
    with gzip.open(real_data / "chat_star" / "star_dialogues.dev.jsonl.gz") as lines:
        for record in map(orjson.loads, lines):
            said = [e["Text"] for e in record["Events"] if e["Action"] in ("utter", "pick_suggestion")]
            if said:
                turns = rows[str(record["DialogueID"])]["turns"]
                assert [turn["text"] for turn in turns] == said  # type: ignore[attr-defined]


def test_rows_of_a_chat_are_in_the_order_of_their_numbers(intake: IntakeConfig) -> None:
    rows = rows_of_source(intake, "multidogo")
    assert len(rows) == 1_682 + 1_563 + 1_684 + 1_653
    first = next(row for row in rows if row["source_key"] == "009ab879-ab52-4507-979e-8bc92badecef")
    assert [turn["text"] for turn in first["turns"]][:3] == [  # type: ignore[attr-defined]
        "higood morning", "i wants to book a ticket for flight", "kavisri",
    ]  # fmt: skip


def test_calls_have_turns_of_both_sides_and_the_callers_identity(intake: IntakeConfig) -> None:
    calls = rows_of_source(intake, "dstc2")
    assert not any(row["reasons"] for row in calls)
    texts = [turn["text"] for row in calls for turn in row["turns"]]  # type: ignore[attr-defined]
    assert not any("api_call" in text or "R_phone" in text for text in texts)
    spoken = rows_of_source(intake, "evi")
    assert len(spoken) == 872
    kinds = Counter(known["kind"] for row in spoken for known in row["known"])  # type: ignore[attr-defined]
    assert set(kinds) == {"name", "email", "postcode", "date_of_birth"}


def test_articles_have_titles_and_bodies(intake: IntakeConfig) -> None:
    for name, count in (("microsoft_support", 40), ("places_faq", 12_039)):
        rows = rows_of_source(intake, name)
        assert len(rows) == count
        assert all(row["title"] and row["body"] and not row["reasons"] for row in rows)
