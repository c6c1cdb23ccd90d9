"""Presidio as a child process: JSON-lines texts in, JSON-lines spans out.

Run by the interpreter of an environment of its own (presidio-analyzer 2.2), so that it never meets
this project's dependencies. Imports nothing of smelt. Its pattern recognizers alone or, if
``SMELT_PRESIDIO_MODEL`` names an English spaCy pipeline or its folder, that model's recognizer beside them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (  # type: ignore[attr-defined]
    CaSinRecognizer,
    MacAddressRecognizer,
    UkNinoRecognizer,
)

THRESHOLD = 0.4


class GivenEngine(SpacyNlpEngine):  # type: ignore[misc]
    """A spaCy pipeline, or its tokenizer alone: pattern recognizers need words for their context, nothing more."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.nlp = {"en": spacy.load(model) if model else spacy.blank("en")}


def analyzer() -> Any:
    """All predefined recognizers that need no model, and the model's if there is one."""
    model = os.environ.get("SMELT_PRESIDIO_MODEL", "")
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers()
    present = {type(recognizer).__name__ for recognizer in registry.recognizers}
    if not model:
        registry.recognizers = [r for r in registry.recognizers if "Spacy" not in type(r).__name__]
    for extra in (CaSinRecognizer, MacAddressRecognizer, UkNinoRecognizer, *_optional()):
        if extra.__name__ not in present:
            registry.add_recognizer(extra())
    return AnalyzerEngine(registry=registry, nlp_engine=GivenEngine(model), supported_languages=["en"])


def _optional() -> list[Any]:
    import presidio_analyzer.predefined_recognizers as predefined

    return [
        getattr(predefined, name)
        for name in ("UsNpiRecognizer", "NhsRecognizer", "AbaRoutingRecognizer")
        if hasattr(predefined, name)
    ]


def without_contained(found: list[Any]) -> list[Any]:
    """Its results without those that lie inside a surer one, as its own anonymizer resolves them."""
    return [
        result
        for result in found
        if not any(
            other is not result
            and other.start <= result.start
            and result.end <= other.end
            and (other.score, other.end - other.start) > (result.score, result.end - result.start)
            for other in found
        )
    ]


def main() -> None:
    """Reads ``{"text", "entities"?}`` lines from stdin; writes ``{"spans", "seconds"}`` lines."""
    engine = analyzer()
    engine.analyze("warm up 555", language="en")
    for line in sys.stdin:
        row = json.loads(line)
        started = time.perf_counter()
        found = engine.analyze(
            row["text"],
            language="en",
            entities=row.get("entities"),
            score_threshold=row.get("threshold", THRESHOLD),
        )
        spans = [[result.start, result.end, result.entity_type] for result in without_contained(found)]
        print(json.dumps({"spans": spans, "seconds": time.perf_counter() - started}), flush=False)


if __name__ == "__main__":
    main()
