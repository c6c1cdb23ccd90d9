"""Who is measured: smelt's patterns, Presidio's pattern recognizers, and the regexes of a naive pipeline."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from scoring import Span

from smelt.pii.config import PiiConfig
from smelt.pii.detect.patterns import PatternDetector
from smelt.pii.spans import claim
from smelt.pii.types import TextBatch

PRESIDIO_PYTHON = "SMELT_PRESIDIO_PYTHON"
"""The environment variable that names an interpreter with presidio-analyzer 2.2."""
PRESIDIO_MODEL = "SMELT_PRESIDIO_MODEL"
"""The environment variable that names a spaCy pipeline of that interpreter, or its folder."""

NAMES = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
    "DOMAIN_NAME": "URL",
    "MAC_ADDRESS": "MAC",
    "US_BANK_NUMBER": "US_BANK_ACCOUNT",
    "ABA_ROUTING_NUMBER": "US_ABA",
}
"""Presidio's entities in smelt's names."""
_PRESIDIO_NAMES = {ours: theirs for theirs, ours in NAMES.items() if ours != "URL"}


class Answer(NamedTuple):
    """The spans of each text, and the seconds it took."""

    spans: list[list[Span]]
    seconds: float


Contender = Callable[[Sequence[str], Sequence[str]], Answer]
"""Takes texts and, by text, the entities asked for, joined by commas ("" for all)."""


def _wants(asked: str, entity: str) -> bool:
    return not asked or entity in asked.split(",")


def smelt(texts: Sequence[str], asked: Sequence[str]) -> Answer:
    """The pattern detector with default settings, dates enabled, claims resolved."""
    detector = PatternDetector(
        PiiConfig.model_validate({"entities": {"DATE_TIME": {"policy": "keep", "enabled": True}}})
    )
    started = time.perf_counter()
    findings = claim(detector.detect(TextBatch.of(texts)))
    seconds = time.perf_counter() - started
    spans: list[list[Span]] = [[] for _ in texts]
    for finding in findings:
        if _wants(asked[finding.text], finding.entity):
            spans[finding.text].append(Span(finding.start, finding.end, finding.entity))
    return Answer(spans, seconds)


def why_no_presidio() -> str:
    """The reason why Presidio cannot be measured here, or ""."""
    python = os.environ.get(PRESIDIO_PYTHON, "")
    if not python:
        return f"{PRESIDIO_PYTHON} names no interpreter"
    probe = subprocess.run(
        [python, "-c", "import presidio_analyzer, spacy"], capture_output=True, check=False
    )
    return "" if probe.returncode == 0 else f"{PRESIDIO_PYTHON} has no presidio-analyzer"


def presidio(texts: Sequence[str], asked: Sequence[str], threshold: float = 0.4, model: str = "") -> Answer:
    """Presidio's pattern recognizers, and those of a ``model``, in a child process.

    The seconds are by its own clock, so start-up and pipes do not count.
    """
    python = os.environ[PRESIDIO_PYTHON]
    rows = (
        {"text": text, "threshold": threshold}
        | ({"entities": [_PRESIDIO_NAMES.get(name, name) for name in entity.split(",")]} if entity else {})
        for text, entity in zip(texts, asked, strict=True)
    )
    worker = Path(__file__).with_name("presidio_worker.py")
    run = subprocess.run(
        [python, str(worker)],
        input="\n".join(map(json.dumps, rows)),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, PRESIDIO_MODEL: model},
    )
    spans, seconds = [], 0.0
    for line in run.stdout.splitlines():
        answer = json.loads(line)
        seconds += answer["seconds"]
        spans.append([Span(start, end, NAMES.get(entity, entity)) for start, end, entity in answer["spans"]])
    return Answer(spans, seconds)


_NAIVE = {
    "EMAIL": r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\b",
    "PHONE": r"(?:\+?\d{1,3}[-.\s]?)?\(?\d{3}\)?[-.\s]?\d{3}[-.\s]?\d{4}\b",
    "CREDIT_CARD": r"\b(?:\d[ -]?){13,16}\b",
    "US_SSN": r"\b\d{3}-\d{2}-\d{4}\b",
    "IBAN": r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b",
    "IP": r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    "URL": r"https?://\S+|www\.\S+",
}
"""What pipelines without a privacy stage of their own write down: one regex an entity, no checks."""


def naive(texts: Sequence[str], asked: Sequence[str]) -> Answer:
    """The regexes of a naive pipeline, by Python's ``re``."""
    patterns = {entity: re.compile(pattern) for entity, pattern in _NAIVE.items()}
    started = time.perf_counter()
    spans = [
        [
            Span(match.start(), match.end(), entity)
            for entity, pattern in patterns.items()
            if _wants(only, entity)
            for match in pattern.finditer(text)
        ]
        for text, only in zip(texts, asked, strict=True)
    ]
    return Answer(spans, time.perf_counter() - started)
