"""A report made by hand: two releases of a support desk, with everything that a report can show."""

from __future__ import annotations

import datetime as dt
import math

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.judge import judge_release
from smelt.dataset_quality.measures import Count, Measure
from smelt.report.data import (
    Cluster,
    LedgerLine,
    Loss,
    RejectedExample,
    ReleasedExample,
    ReportData,
    SourceLine,
    Step,
    TableVersion,
)

CATEGORIES = {
    "Billing": (3120, 2450),
    "Network": (2890, 2105),
    "Account and sign-in": (2411, 1790),
    "Hardware": (1207, 640),
    "Delivery": (980, 702),
    "Cancellation": (611, 287),
    "Legal": (94, 3),
    "(none)": (402, 0),
}
REASONS = {
    "duplicate_near": 1480,
    "answer_too_short": 702,
    "unsupported_answer": 640,
    "duplicate_exact": 402,
    "promise_instead_of_answer": 311,
    "greeting_only": 240,
    "question_unclear": 190,
    "unprofessional_tone": 74,
    "wrong_language": 61,
    "template_variable": 22,
}
SCORES = {
    "composite": (0.81, 0.10),
    "answer_accuracy": (0.72, 0.2),
    "relevance": (0.64, 0.18),
    "question_clarity": (0.9, 0.1),
    "question_specificity": (0.58, 0.2),
    "answer_completeness": (0.93, 0.09),
    "answer_tone": (0.97, 0.05),
    "text_quality": (0.95, 0.06),
}
RAW, RELEASED = sum(r for r, _ in CATEGORIES.values()), sum(r for _, r in CATEGORIES.values())


def counts(shift: float = 0.0) -> list[Count]:
    """What Spark would have counted; ``shift`` moves some of it, for a release before."""
    found = [
        Count("selection", "raw", "count", RAW, RAW),
        Count("selection", "released", "count", RELEASED, RAW),
        Count("selection", "accepted_share", "share", RELEASED + 300, RAW),
        Count("completeness", "incomplete_share", "share", 402, RELEASED),
        Count("consistency", "contradiction_share", "share", 9, 301),
        Count("consistency", "label_noise", "share", int(290 + 900 * shift), 2300),
        Count("accuracy", "good_outcome_share", "share", 5120, 6100),
        Count("coverage", "topic_coverage", "share", 512, 875),
        Count("bias", "top_answer_share", "share", 610, RELEASED),
        Count("diversity", "distinct_1", "share", 2600, 20000),
        Count("diversity", "distinct_2", "share", 11900, 20000),
        Count("diversity", "distinct_3", "share", 16500, 20000),
        Count("diversity", "self_similarity", "statistic", 0.04, 20000, low=0.038, high=0.042),
        Count("diversity", "cluster_entropy", "statistic", 0.91, 3000),
        Count("diversity", "topics", "statistic", 1412, 3000),
        Count("intrinsic", "question_tokens", "mean", 34.0 * RELEASED, RELEASED, 1900.0 * RELEASED),
        Count("intrinsic", "answer_tokens", "mean", 71.0 * RELEASED, RELEASED, 7200.0 * RELEASED),
        Count("intrinsic", "multi_turn_share", "share", 3900, RELEASED),
    ]
    for field, missing in {"question": 0, "answer": 0, "category": 402, "asked_at": 61}.items():
        found.append(Count("completeness", "missing_share", "share", missing, RELEASED, 0, "field", field))
        found.append(
            Count("completeness", "empty_share", "share", missing // 10, RELEASED, 0, "field", field)
        )
    for style, uses in {
        "dates: iso": 410,
        "dates: slashes": 122,
        "clock: 12 hours": 310,
        "clock: 24 hours": 41,
    }.items():
        found.append(Count("consistency", "format", "count", uses, uses, 0, "style", style))
    for dimension, segments in {
        "category": CATEGORIES,
        "task": CATEGORIES,
        "kind": {"tickets": (6100, 4700), "chats": (4305, 2700), "transcripts": (1310, 577)},
        "source": {"zendesk": (6100, 4700), "livechat": (4305, 2700), "phone": (1310, 577)},
        "language": {"en": (10903, 7700), "de": (812, 277)},
        "gendered_terms": {"neither": (10915, 7420), "masculine": (440, 301), "feminine": (360, 256)},
        "sentiment": {"positive": (5200, 3900), "neutral": (4900, 3200), "negative": (1615, 877)},
        "month": {f"2026-{m:02d}": (1171 + 40 * m, 780 + int((40 - 60 * shift) * m)) for m in range(1, 11)},
    }.items():
        for name, (raw, released) in segments.items():
            found.append(Count("selection", "raw", "count", raw, raw, 0, dimension, name))
            found.append(
                Count("selection", "released", "count", released * (1 - 0.1 * shift), raw, 0, dimension, name)
            )
            found.append(Count("selection", "accepted_share", "share", released, raw, 0, dimension, name))
    for name, count in REASONS.items():
        found.append(Count("rejections", "examples", "count", count, count, 0, "reason", name))
        found.append(Count("rejections", "only_reason", "count", count // 2, count // 2, 0, "reason", name))
    for name, (mean, deviation) in SCORES.items():
        mean -= 0.1 * shift
        squares = (mean**2 + deviation**2) * RELEASED
        found.append(Count("scores", name, "score", mean * RELEASED, RELEASED, squares))
        for suffix, centre, wide, n in (
            ("", mean, deviation, RELEASED),
            ("_raw", mean - 0.1, deviation * 1.6, RAW),
        ):
            for i in range(20):
                weight = math.exp(-(((i + 0.5) / 20 - centre) ** 2) / (2 * wide**2))
                size = round(n * weight * 0.05 / wide / 2.5)
                label = f"{i / 20:.2f}-{(i + 1) / 20:.2f}"
                found.append(Count("distribution", f"{name}{suffix}", "count", size, size, 0, "bin", label))
    edges = (0, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
    for name, shape in {
        "question_tokens": (60, 900, 2700, 2900, 1200, 200, 17),
        "answer_tokens": (10, 150, 1400, 3100, 2400, 800, 110, 7),
    }.items():
        for i, size in enumerate(shape):
            label = f"{edges[i]:04d}-{edges[i + 1]:04d}"
            found.append(Count("distribution", name, "count", size, size, 0, "bin", label))
            raw = size + (900 if i == 0 else 300)
            found.append(Count("distribution", f"{name}_raw", "count", raw, raw, 0, "bin", label))
    for name, dropped in {"exact": 402, "near": 1480, "semantic": 210}.items():
        found.append(Count("duplicates", "not_kept", "count", dropped, dropped, 0, "kind", name))
    for size, clusters in {"2": 512, "3": 130, "4-9": 88, "10-99": 12}.items():
        found.append(Count("duplicates", "clusters", "count", clusters, clusters, 0, "size", size))
    for entity, spans in {
        "PERSON": 9120,
        "EMAIL": 2310,
        "PHONE": 1904,
        "ADDRESS": 801,
        "CARD": 77,
        "SSN": 14,
    }.items():
        found.append(Count("privacy", "findings", "count", spans, spans, 0, "entity", entity))
    for detector, spans in {"names": 9921, "patterns": 4201, "spoken": 104}.items():
        found.append(Count("privacy", "findings", "count", spans, spans, 0, "detector", detector))
    return found


def a_report(**other: object) -> ReportData:
    """The second of two releases."""
    config = DatasetQualityConfig()
    before: list[Measure] = judge_release(counts(shift=1.0), [], config)
    values: dict[str, object] = {
        "title": "Training data report",
        "release": "2026.11",
        "made_at": dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC),
        "before": "2026.10",
        "code_version": "0.1.0",
        "fingerprint": "6f1c2a90d41be377",
        "measures": tuple(judge_release(counts(), [before], config)),
        "composite_history": (
            ("2026.06", 0.71),
            ("2026.07", 0.74),
            ("2026.08", 0.73),
            ("2026.09", 0.78),
            ("2026.10", 0.77),
            ("2026.11", 0.81),
        ),
        "steps": (
            Step(
                label="Records read",
                unit="records",
                entered=9870,
                losses=(Loss(label="Quarantine", count=112, kind="quarantined"),),
            ),
            Step(
                label="Conversations",
                unit="records",
                entered=9758,
                losses=(Loss(label="No answer in it", count=820), Loss(label="Privacy policy", count=14)),
            ),
            Step(
                label="Examples",
                unit="examples",
                entered=RAW,
                losses=(
                    Loss(label="Duplicates", count=2092, kind="duplicate"),
                    Loss(label="Quality", count=1346),
                ),
            ),
            Step(
                label="Curated",
                unit="examples",
                entered=RAW - 3438,
                losses=(Loss(label="Not in this release", count=300, kind="waiting"),),
            ),
            Step(label="Released", unit="examples", entered=RELEASED),
        ),
        "ledger": (
            LedgerLine(stage="ingest", came_in=9870, went_out=9758, rejected=0, quarantined=112),
            LedgerLine(stage="examples", came_in=9758, went_out=8924, rejected=834, quarantined=0),
        ),
        "sources": (
            SourceLine(source="zendesk", kind="tickets", records=5010, examples=6100, released=4700),
            SourceLine(source="livechat", kind="chats", records=3810, examples=4305, released=2700),
            SourceLine(source="phone", kind="transcripts", records=1050, examples=1310, released=577),
        ),
        "splits": {"train": 6390, "validation": 790, "test": 797},
        "rejected": (
            RejectedExample(
                reason="answer_too_short",
                source="zendesk",
                question="My invoice <INVOICE_1> shows the old address, can you send a new one?",
                answer="Done.",
                all_reasons=("answer_too_short", "unsupported_answer"),
            ),
            RejectedExample(
                reason="promise_instead_of_answer",
                source="livechat",
                question="Why does the router reboot every hour?",
                answer="Hi [PERSON_1], I will look into it and get back to you.",
                all_reasons=("promise_instead_of_answer",),
            ),
        ),
        "samples": (
            ReleasedExample(
                source="zendesk",
                category="Billing",
                split="train",
                question="Can I get last month's invoice as a PDF?",
                answer="Yes. Open Billing, choose the month and press Download. The PDF carries your address.",
            ),
        ),
        "clusters": (
            Cluster(kind="near", size=41, question="How do I reset my password?"),
            Cluster(kind="exact", size=22, question="Where is my parcel?"),
        ),
        "tables": (
            TableVersion(table="gold.curated_examples", version=12),
            TableVersion(table="silver.scores", version=31),
        ),
    }
    return ReportData(**(values | other))  # type: ignore[arg-type]
