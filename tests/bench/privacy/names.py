"""Precision and recall of names and addresses as Markdown tables: all detectors, and the sources one by one.

    python tests/bench/privacy/names.py

Presidio's recognizers of names are measured beside them where ``SMELT_PRESIDIO_PYTHON`` and
``SMELT_PRESIDIO_MODEL`` name its interpreter and a spaCy pipeline.

Reads pii/presidio_research_generated_large.jsonl and queries_banking77 under ``SMELT_DATA``. The scores
were set on the texts with odd row numbers; the even ones were watched as sums while tuning.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Sequence
from pathlib import Path

import contenders
from scoring import Span, data_root, read_spans, score

from smelt.pii.config import NamesConfig, PiiConfig
from smelt.pii.detect.configured import configured_detectors
from smelt.pii.spans import claim
from smelt.pii.types import Detector, TextBatch

LABELS = {"ADDRESS": "STREET_ADDRESS"}
ALONE = {
    "introductions alone": {"known": False, "lexicon": False},
    "lexicon and context alone": {"known": False, "introductions": False},
}


def detect(
    detectors: Sequence[Detector], texts: Sequence[str], min_confidence: float
) -> tuple[list[list[Span]], float]:
    """The claimed spans of each text, and seconds."""
    started = time.perf_counter()
    batch = TextBatch.of(texts)
    findings = claim(
        f for detector in detectors for f in detector.detect(batch) if f.confidence >= min_confidence
    )
    spans: list[list[Span]] = [[] for _ in texts]
    for finding in findings:
        spans[finding.text].append(Span(finding.start, finding.end, finding.entity))
    return spans, time.perf_counter() - started


def generated(root: Path) -> None:
    """PERSON and STREET_ADDRESS on the generated texts, by half, and by what finds them."""
    rows = read_spans(root / "pii" / "presidio_research_generated_large.jsonl", LABELS)
    print(
        "### Names and addresses in generated texts (presidio-research), precision / recall, overlap match\n"
    )
    print("| what finds | texts | PERSON | STREET_ADDRESS |\n| --- | --- | --- | --- |")
    halves = {"tuned on (odd rows)": rows[1::2], "held out (even rows)": rows[::2]}
    runs = [("all detectors", half, PiiConfig(), texts) for half, texts in halves.items()]
    runs += [
        (name, "held out (even rows)", PiiConfig(names=NamesConfig.model_validate(sources)), rows[::2])
        for name, sources in ALONE.items()
    ]
    for name, half, config, texts in runs:
        detectors = [d for d in configured_detectors(config) if name == "all detectors" or d.name == "names"]
        spans, _ = detect(detectors, [row.text for row in texts], config.min_confidence)
        scores = score([row.spans for row in texts], spans, ("PERSON", "STREET_ADDRESS")).by_entity
        cells = " | ".join(
            f"{scores[e].precision:.3f} / {scores[e].recall:.3f}" for e in ("PERSON", "STREET_ADDRESS")
        )
        print(f"| {name} | {half}, {len(texts):,} | {cells} |")
    model = os.environ.get(contenders.PRESIDIO_MODEL, "")
    for half, texts in halves.items() if model and not contenders.why_no_presidio() else ():
        answer = contenders.presidio([row.text for row in texts], ["PERSON"] * len(texts), model=model)
        person = score([row.spans for row in texts], answer.spans, ("PERSON",)).by_entity["PERSON"]
        cells = f"{person.precision:.3f} / {person.recall:.3f}"
        print(f"| Presidio and its model | {half}, {len(texts):,} | {cells} | not asked |")
    print()


def queries(root: Path) -> None:
    """False hits in bank customers' questions, which name nobody (but for one Bertie)."""
    with (root / "queries_banking77" / "train.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    config = PiiConfig()
    spans, _ = detect(configured_detectors(config), texts, config.min_confidence)
    hits = [(index, found) for index, found in enumerate(spans) if found]
    print("### False hits in banking77\n")
    print("| texts | texts with a finding | in 2,000 texts | by entity |\n| --- | --- | --- | --- |")
    entities = ", ".join(sorted(span.entity for _, found in hits for span in found)) or "none"
    print(f"| {len(texts):,} | {len(hits)} | {2000 * len(hits) / len(texts):.2f} | {entities} |\n")


def main() -> None:
    """Prints every table whose data is here."""
    root = data_root()
    for path, table in ((root / "pii", generated), (root / "queries_banking77", queries)):
        if path.is_dir():
            table(root)
        else:
            print(f"{path.name} is skipped: {path} is not there.\n")


if __name__ == "__main__":
    main()
