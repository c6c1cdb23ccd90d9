"""Trains the name model: a linear-chain CRF (NerCrfApproach) over tokens, their shapes and the lexicon.

Labelled data is JSON lines of ``{"text": ..., "spans": [[start, end, label], ...]}``, offsets in code
points. A fifth of the texts, chosen by their hash, is held out for evaluation.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from smelt.errors import ConfigError
from smelt.pii.config import PiiConfig, SparkNlpConfig
from smelt.pii.detect.spark_nlp.recognise import featured, named, tokenised
from smelt.pii.detect.spark_nlp.runtime import require

HELD_OUT_OF = 5


class Labelled(NamedTuple):
    """One labelled text; spans in code points."""

    text: str
    spans: tuple[tuple[int, int], ...]


class Measure(NamedTuple):
    """Precision and recall of one method (``way``) on the held-out texts (overlap match), and its time in seconds."""

    way: str
    precision: float
    recall: float
    seconds: float


def read_labelled(path: Path, label: str) -> list[Labelled]:
    """The texts of a JSON lines file with the spans of ``label``. Raises ConfigError naming every bad line."""
    rows, problems = [], []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            spans = tuple((int(start), int(end)) for start, end, name in row["spans"] if name == label)
            rows.append(Labelled(str(row["text"]), spans))
        except (ValueError, KeyError, TypeError) as error:
            problems.append(
                f"line {number}: {type(error).__name__}, expected {{text, spans: [[start, end, label]]}}"
            )
    if problems or not any(row.spans for row in rows):
        raise ConfigError(f"{path} cannot be trained on", problems[:20] or [f"no span is labelled {label}"])
    return rows


def is_held_out(text: str) -> bool:
    """Whether a text is in the held-out fifth, the same in every run."""
    return hashlib.blake2b(text.encode(), digest_size=4).digest()[0] % HELD_OUT_OF == 0


def train(spark: SparkSession, rows: Sequence[Labelled], out: str, *, epochs: int = 20) -> None:
    """Fit the CRF on ``rows`` and write it to ``out``, replacing existing files."""
    require(spark)
    from sparknlp.annotator import NerCrfApproach

    frame = featured(tokenised(_frame(spark, rows), "text"))
    labels = F.expr(
        "transform(token, t -> named_struct('annotatorType', 'named_entity', 'begin', t.begin, 'end', t.end, 'result',"
        " case when exists(spans, s -> s.start = t.begin) then 'B-PERSON'"
        " when exists(spans, s -> s.start <= t.end and t.begin < s.end) then 'I-PERSON' else 'O' end,"
        " 'metadata', t.metadata, 'embeddings', cast(array() as array<float>)))"
    )
    frame = frame.select("*", labels.alias("label", metadata={"annotatorType": "named_entity"}))
    crf = (
        NerCrfApproach()
        .setInputCols(["sentence", "token", "pos", "features"])
        .setLabelColumn("label")
        .setOutputCol("ner")
        .setMinEpochs(epochs)
        .setMaxEpochs(epochs)
        .setRandomSeed(0)
        .setVerbose(0)
    )
    crf.fit(frame).write().overwrite().save(out)


def measure(spark: SparkSession, rows: Sequence[Labelled], model: str) -> list[Measure]:
    """Evaluate the model, the name detector, and both together, on ``rows``."""
    started = time.perf_counter()
    by_model = model_spans(spark, rows, SparkNlpConfig(enabled=True, model=model))
    model_seconds = time.perf_counter() - started
    started = time.perf_counter()
    by_names = name_spans(rows)
    name_seconds = time.perf_counter() - started
    both = [[*ours, *theirs] for ours, theirs in zip(by_names, by_model, strict=True)]
    return [
        _measure("name detector", rows, by_names, name_seconds),
        _measure("Spark NLP model", rows, by_model, model_seconds),
        _measure("both", rows, both, name_seconds + model_seconds),
    ]


def model_spans(
    spark: SparkSession, rows: Sequence[Labelled], config: SparkNlpConfig
) -> list[list[tuple[int, int]]]:
    """Spans of the trained model, in code points, by text."""
    require(spark)
    chunks = named(tokenised(_frame(spark, rows), "text"), str(config.model)).select(
        "id", F.col("named.begin"), F.col("named.end")
    )
    found: list[list[tuple[int, int]]] = [[] for _ in rows]
    for row in chunks.collect():  # the labelled texts are on the driver anyway
        back = _code_points(rows[row["id"]].text)
        found[row["id"]] = [
            (back[begin], back[end + 1]) for begin, end in zip(row["begin"], row["end"], strict=True)
        ]
    return found


def name_spans(rows: Sequence[Labelled]) -> list[list[tuple[int, int]]]:
    """Spans of the name detector with default settings, by text."""
    from smelt.pii.detect.names import NameDetector
    from smelt.pii.types import TextBatch

    config = PiiConfig()
    found: list[list[tuple[int, int]]] = [[] for _ in rows]
    for finding in NameDetector(config).detect(TextBatch.of([row.text for row in rows])):
        if finding.entity == "PERSON" and finding.confidence >= config.min_confidence:
            found[finding.text].append((finding.start, finding.end))
    return found


def _measure(
    way: str, rows: Sequence[Labelled], found: Sequence[Sequence[tuple[int, int]]], seconds: float
) -> Measure:
    labelled = [(span, ours) for row, ours in zip(rows, found, strict=True) for span in row.spans]
    reported = [(span, row.spans) for row, ours in zip(rows, found, strict=True) for span in set(ours)]
    recall = sum(_touches(*pair) for pair in labelled) / max(1, len(labelled))
    precision = sum(_touches(*pair) for pair in reported) / max(1, len(reported))
    return Measure(way, precision, recall, seconds)


def _touches(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _frame(spark: SparkSession, rows: Sequence[Labelled]) -> DataFrame:
    """id, text, spans; Spark NLP counts in UTF-16 units, so the spans do here too."""
    data = []
    for number, row in enumerate(rows):
        units = _utf16(row.text)
        data.append((number, row.text, [(units[start], units[end]) for start, end in row.spans]))
    return spark.createDataFrame(data, "id int, text string, spans array<struct<start:int,end:int>>")


def _utf16(text: str) -> list[int]:
    """Position in UTF-16 units of each code point, and of the end."""
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    return units


def _code_points(text: str) -> dict[int, int]:
    return {unit: point for point, unit in enumerate(_utf16(text))}
