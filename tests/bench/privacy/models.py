"""What a trained model adds to the rules: recall, precision and CPU seconds with and without it.

    SMELT_SPACY_MODELS=/path/to/pipeline[:name...] python tests/bench/privacy/models.py

The models are installed spaCy pipelines or their folders; without any, the table has the rules alone. Mail rows as in
:mod:`wild`, senders that are people; PERSON, overlap match, on presidio_research_generated_large; the share of
foreign texts with one.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from collections import Counter
from pathlib import Path

from scoring import Span, data_root, read_spans, score
from wild import NO_PEOPLE, found_in, gone, proven

from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch

IN_A_LINE = ("sender's full name, in a line", "sender's given name, in a line")


def row(name: str, config: PiiConfig, root: Path) -> str:
    """One line of the table."""
    scrubber = Scrubber(config, None)
    scrubber.find(scrubber_warmup())
    began = time.process_time()
    counts: Counter[tuple[str, bool]] = Counter()
    with gzip.open(root / "mail_discussion" / "mails.jsonl.gz", "rt", encoding="utf-8") as lines:
        mails = [json.loads(line) for line in lines]
    for mail, found in zip(
        mails, found_in(scrubber, [mail["text"] for mail in mails], [()] * len(mails)), strict=True
    ):
        spans = [(finding.start, finding.end) for finding in found]
        if mail["name"] not in NO_PEOPLE:
            counts.update((what, gone(spans, start, end, mail["text"])) for start, end, what in proven(mail))
    mail_seconds = time.process_time() - began
    shares = [counts[what, True] / (counts[what, True] + counts[what, False]) for what in IN_A_LINE]
    labelled = read_spans(root / "pii" / "presidio_research_generated_large.jsonl", {})
    began = time.process_time()
    found = found_in(scrubber, [text.text for text in labelled], [()] * len(labelled))
    seconds = time.process_time() - began
    spans = [[Span(f.start, f.end, f.entity) for f in one] for one in found]
    person = score([text.spans for text in labelled], spans, ("PERSON",)).by_entity["PERSON"]
    texts = []
    for path in sorted((root / "text_other_languages").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    foreign = found_in(scrubber, texts, [()] * len(texts))
    share = sum(any(f.entity == "PERSON" for f in one) for one in foreign) / len(texts)
    cells = (*shares, person.precision, person.recall, share)
    return f"| {name} | {' | '.join(f'{cell:.3f}' for cell in cells)} | {mail_seconds:.1f} | {seconds:.1f} |"


def scrubber_warmup() -> TextBatch:
    """A text that makes everything load."""
    return TextBatch.of(["We met Zorblat, and Jane Roe of 12 Mill Lane."])


def main() -> None:
    """Prints the table."""
    root = data_root()
    columns = "full name in a line | given name | PERSON precision | recall | other languages"
    print(f"| names by | {columns} | mail, CPU s | labelled, CPU s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print(row("rules", PiiConfig(), root))
    for model in filter(None, os.environ.get("SMELT_SPACY_MODELS", "").split(":")):
        config = PiiConfig(detectors={"ner": {"kind": "spacy", "model": model}})
        print(row(f"rules and {Path(model).parent.name or model}", config, root), flush=True)
    print()


if __name__ == "__main__":
    main()
