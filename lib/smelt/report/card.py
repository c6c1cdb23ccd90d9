"""The dataset card of a release, in the order of Hugging Face's template, with its measures."""

from __future__ import annotations

from collections.abc import Sequence

from smelt.dataset_quality.measures import Measure
from smelt.releases.card import front_matter, table
from smelt.report import rows, words
from smelt.report.data import ReportData
from smelt.report.views import verdict


def card(data: ReportData) -> str:
    """README.md of a dataset: a YAML block for tools, then the text."""
    total = sum(data.splits.values())
    said = verdict(data)
    found = rows.counted(data.segments("privacy", "findings", "entity"), limit=30, title="as it is")
    languages = sorted(
        s for s, m in data.segments("selection", "released", "language").items() if m.value and s != "(none)"
    )
    head = front_matter(
        data.release,
        total,
        data.fingerprint,
        language=languages or ["und"],
        source_datasets=["original"],
    )
    sections = [
        f"---\n{head}---",
        f"# {data.release}",
        f"{said.headline}. {said.sentence}",
        "## Summary",
        f"{words.count(total)} question/answer pairs for fine-tuning, made from "
        f"{words.plural(len(data.sources), 'source')} by smelt {data.code_version} on {data.made_at:%Y-%m-%d}."
        + (f" The content's fingerprint is `{data.fingerprint}`." if data.fingerprint else ""),
        table(("split", "examples"), [(name, words.count(n)) for name, n in sorted(data.splits.items())]),
        "## Languages",
        mix(data, "language"),
        "## Sources",
        table(
            ("source", "kind", "records", "examples", "released"),
            [
                (s.source, s.kind, *map(words.count, (s.records, s.examples, s.released)))
                for s in data.sources
            ],
        ),
        "## Curation",
        "Records were parsed, scrubbed of personal data, made into pairs, cleaned, scored and freed of duplicates. "
        "Nothing is dropped without a reason; the most frequent ones:",
        table(
            ("reason", "examples", "share of the intake"),
            [(r.row.name, r.row.number.text, r.row.share.text) for r in rows.reasons(data, limit=10)],
        ),
        "## Quality",
        table(
            ("measure", "value", "95% interval"),
            [
                ("Overall quality", overall(data), overall(data, interval=True)),
                *((p.name, p.value.text, p.interval) for p in rows.parts(data)),
            ],
        ),
        table(
            ("gate", "value", "asked", "verdict"),
            [(g.name, g.value.text, g.asked, words.VERDICTS[g.status].lower()) for g in rows.gates(data)],
        ),
        "## Personal and sensitive information",
        "Personal data were replaced before anything else read the text. Scrubbing is measured, not perfect: free "
        "text may still tell who somebody is to those who know them.",
        table(("kind", "spans replaced"), [(row.name, row.number.text) for row in found]),
        "## Bias, risks and limitations",
        limitations(data),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def overall(data: ReportData, *, interval: bool = False) -> str:
    """The composite, or its interval."""
    measure = data.measure("composite", "composite")
    if measure is None:
        return ""
    return words.interval_of(measure) if interval else words.value_of(measure)


def mix(data: ReportData, dimension: str) -> str:
    """Released examples by segment, as a list in one line."""
    found = sorted(data.segments("selection", "released", dimension).values(), key=lambda m: -m.value)
    return (
        ", ".join(f"{words.segment(m.segment)} ({words.count(m.value)})" for m in found if m.value)
        or "Not stated by the sources."
    )


def limitations(data: ReportData) -> str:
    """Measures with status warn or fail, one line each."""
    wrong: Sequence[Measure] = [m for m in data.measures if m.status in ("warn", "fail")]
    if not wrong:
        return "No gate or target is missed."
    return "\n".join(f"- {words.name_of(m)}: {m.reason or m.threshold}." for m in wrong[:30])
