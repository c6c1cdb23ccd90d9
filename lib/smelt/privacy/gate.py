"""The gate before a release: what is still in the rows is counted, and too much of it stops the release.

The scan is set apart from the one that scrubbed: it sees the finished rows instead of conversations,
knows no identities, finds reserved ranges too, is as strict as ``pii.gate`` says, and has the patterns
of :mod:`smelt.pii.detect.independent` beside the detectors. Only counts leave it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from smelt.errors import ProblemsError
from smelt.isolate import isolated_items
from smelt.pii.config import PiiConfig, ReservedRanges
from smelt.pii.detect.configured import configured_detectors
from smelt.pii.detect.independent import IndependentDetector
from smelt.pii.detect.patterns.public import PUBLIC
from smelt.pii.replace.fiction import FICTION
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import Finding, TextBatch
from smelt.tables.workers import mapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame

COUNTED = "entity string, severity string, rows bigint, spans bigint"
"""Schema of the counts, in Spark DDL."""

GRAVE = "example_id string, source string, entity string, spans bigint"
"""Schema of what grave rows hold, in Spark DDL."""

UNSCANNED = "UNSCANNED"
"""Stands for an entity in the counts where a row could not be scanned: severe, for nobody knows what it holds."""

ROW_TEXTS = ("question", "answer", "instruction", "input", "output")
MESSAGES = (("context", "text"), ("messages", "content"))
"""Columns of rows that hold text: plain ones, and arrays of structs with the field of the text."""


class ResidualPiiError(ProblemsError):
    """Raised when a release's rows hold more personal data than ``pii.gate`` allows; names counts only."""


class Residual(NamedTuple):
    """One entity that was found in finished rows: in how many of them, how often."""

    entity: str
    severity: str
    rows: int
    spans: int


class GateReport(NamedTuple):
    """``rows`` were scanned; ``problems`` says in words why they must not be released.

    ``grave`` of them hold a severe finding or one of the independent patterns: they may be held back.
    """

    rows: int
    residuals: tuple[Residual, ...]
    problems: tuple[str, ...]
    grave: int = 0

    @property
    def passed(self) -> bool:
        """Whether the rows may be released."""
        return not self.problems


class RowFinding(NamedTuple):
    """What was found in one row: the row's number and the entity."""

    row: int
    entity: str
    is_grave: bool


class ResidualScanner:
    """Finds what scrubbing should have replaced; see the module for how it differs from the scrubber."""

    def __init__(self, config: PiiConfig) -> None:
        strict = config.model_copy(
            update={"min_confidence": config.gate.min_confidence, "reserved": ReservedRanges()}
        )
        self._config = config
        self._scrubber = Scrubber(
            _keyless(strict), None, (*configured_detectors(strict), IndependentDetector())
        )

    def scan(self, rows: Sequence[Sequence[str]]) -> list[Finding]:
        """Residual findings of rows of messages; ``text`` of a finding counts messages through all rows.

        Marks, surrogates and entities whose policy is ``keep`` are none.
        """
        batch = _as_batch(rows)
        return [
            finding
            for finding in self._scrubber.find(batch)
            if not self._is_meant(finding, batch.texts[finding.text][finding.start : finding.end])
        ]

    def _is_meant(self, finding: Finding, text: str) -> bool:
        policy = "keep" if finding.detector.endswith(PUBLIC) else self._config.rule(finding.entity).policy
        if policy == "surrogate":
            return finding.entity in FICTION and FICTION[finding.entity].holds(text)
        return policy == "keep"

    def by_row(self, rows: Sequence[Sequence[str]]) -> list[RowFinding]:
        """Every finding with the number of its row; UNSCANNED, which is grave, for a row on which scanning fails."""

        def found(numbered: Sequence[tuple[int, Sequence[str]]]) -> list[RowFinding]:
            row_of = [number for number, row in numbered for _ in row]
            return [
                RowFinding(row_of[finding.text], finding.entity, self._is_grave(finding))
                for finding in self.scan([row for _, row in numbered])
            ]

        parts = isolated_items(
            list(enumerate(rows)),
            found,
            lambda item, reason: [RowFinding(item[0], UNSCANNED, True)],
            stage="gate",
        )
        return [entry for part in parts for entry in part]

    def _is_grave(self, finding: Finding) -> bool:
        severity = self._config.rule(finding.entity).severity
        return severity == "severe" or finding.detector == IndependentDetector.name

    def counts(self, rows: Sequence[Sequence[str]]) -> list[Residual]:
        """Findings of the rows by entity."""
        return self.counted(self.by_row(rows))

    def counted(self, found: Sequence[RowFinding]) -> list[Residual]:
        """Findings by entity."""
        spans = Counter(finding.entity for finding in found)
        held = Counter(entity for _, entity in {(finding.row, finding.entity) for finding in found})
        return [
            Residual(entity, self._config.rule(entity).severity, held[entity], spans[entity])
            for entity in sorted(spans)
        ]


def _as_batch(rows: Sequence[Sequence[str]]) -> TextBatch:
    return TextBatch(
        [text for row in rows for text in row],
        [number for number, row in enumerate(rows) for _ in row],
        [""] * sum(len(row) for row in rows),
        [()] * len(rows),
    )


def _keyless(config: PiiConfig) -> PiiConfig:
    """Only finding is asked for, so no policy may need a key."""
    rules = {
        entity: rule.model_copy(update={"policy": "tag"}) if rule.policy in ("hash", "surrogate") else rule
        for entity, rule in config.entities.items()
    }
    custom = {
        entity: own.model_copy(update={"policy": "tag"}) if own.policy in ("hash", "surrogate") else own
        for entity, own in config.custom.items()
    }
    return config.model_copy(update={"entities": rules, "custom": custom})


def judge(rows: int, residuals: Iterable[Residual], config: PiiConfig) -> GateReport:
    """Severe spans against ``max_severe``, rows with high ones against ``max_share_high``."""
    found = tuple(sorted(residuals))
    problems = []
    severe = [entry for entry in found if entry.severity == "severe"]
    spans = sum(entry.spans for entry in severe)
    if spans > config.gate.max_severe:
        counted = ", ".join(f"{entry.entity} {entry.spans:,}" for entry in severe)
        problems.append(
            f"{spans:,} severe spans ({counted}); pii.gate.max_severe is {config.gate.max_severe:,}"
        )
    for entry in found:
        share = entry.rows / rows if rows else 0.0
        if entry.severity == "high" and share > config.gate.max_share_high:
            problems.append(
                f"{entry.entity} in {entry.rows:,} of {rows:,} rows; pii.gate.max_share_high is"
                f" {config.gate.max_share_high:g}"
            )
    return GateReport(rows, found, tuple(problems))


def check_release(rows: DataFrame, config: PiiConfig) -> GateReport:
    """Scan the columns ROW_TEXTS and MESSAGES of curated examples or finished training rows."""
    if not config.gate.enabled:
        return GateReport(rows.count(), (), ())
    from pyspark.sql import functions as F

    counted = mapped(rows.select(row_texts(rows).alias("texts")), _counting(config), COUNTED)
    summed = counted.groupBy("entity", "severity").agg(
        F.sum("rows").alias("rows"), F.sum("spans").alias("spans")
    )
    found = [Residual(row["entity"], row["severity"], row["rows"], row["spans"]) for row in summed.collect()]
    scanned = sum(entry.rows for entry in found if entry.entity == "")
    grave = sum(entry.spans for entry in found if entry.entity == "")
    return judge(scanned, (entry for entry in found if entry.entity), config)._replace(grave=grave)


def grave_rows(rows: DataFrame, config: PiiConfig) -> DataFrame:
    """What the grave ones of ``rows`` hold, as GRAVE; columns as of :func:`check_release`, and example_id, source."""
    texts = rows.select("example_id", "source", row_texts(rows).alias("texts"))
    return texts.mapInArrow(_grave(config), GRAVE)


def records_holding(
    rows: DataFrame, entities: Iterable[str], config: PiiConfig, *, at_most: int
) -> list[str]:
    """record_id of some of ``rows`` (record_id, and columns as of :func:`check_release`) that hold the entities."""
    texts = rows.select("record_id", row_texts(rows).alias("texts"))
    found = texts.mapInArrow(_holding(config, frozenset(entities)), "record_id string")
    return [row["record_id"] for row in found.distinct().orderBy("record_id").limit(at_most).collect()]


def row_texts(rows: DataFrame) -> Column:
    """All text of a row that a model would see, message by message: array<string> without nulls."""
    from pyspark.sql import functions as F

    parts = [F.array(*(F.col(name) for name in ROW_TEXTS if name in rows.columns))]
    parts += [F.col(f"{column}.{field}") for column, field in MESSAGES if column in rows.columns]
    return F.array_compact(F.concat(*parts))


def _counting(config: PiiConfig) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: the counts of each batch; the entity "" counts the rows and, as spans, the grave ones."""

    def count(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scanner = ResidualScanner(config)
        for batch in batches:
            texts = batch.column(0).to_pylist()
            found = scanner.by_row(texts)
            grave = {finding.row for finding in found if finding.is_grave}
            counted = [Residual("", "", len(texts), len(grave)), *scanner.counted(found)]
            columns = list(zip(*counted, strict=True))
            yield pa.RecordBatch.from_arrays(
                [
                    pa.array(columns[0], pa.string()),
                    pa.array(columns[1], pa.string()),
                    pa.array(columns[2], pa.int64()),
                    pa.array(columns[3], pa.int64()),
                ],
                names=["entity", "severity", "rows", "spans"],
            )

    return count


def _holding(
    config: PiiConfig, entities: frozenset[str]
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """(record_id, texts) to the record_id of those that hold one of the entities, for ``mapInArrow``."""

    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scanner = ResidualScanner(config)
        for batch in batches:
            found = scanner.by_row(batch.column(1).to_pylist())
            held = {finding.row for finding in found if finding.entity in entities}
            yield batch.select([0]).take(pa.array(sorted(held), pa.int64()))

    return find


def _grave(config: PiiConfig) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """(example_id, source, texts) to all findings of those that hold a grave one, by entity, for ``mapInArrow``."""

    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scanner = ResidualScanner(config)
        for batch in batches:
            found = scanner.by_row(batch.column(2).to_pylist())
            grave = {finding.row for finding in found if finding.is_grave}
            spans = Counter((finding.row, finding.entity) for finding in found if finding.row in grave)
            keys = batch.select([0, 1]).take(pa.array([row for row, _ in spans], pa.int64()))
            yield pa.RecordBatch.from_arrays(
                [
                    *keys.columns,
                    pa.array([entity for _, entity in spans], pa.string()),
                    pa.array(spans.values(), pa.int64()),
                ],
                names=["example_id", "source", "entity", "spans"],
            )

    return find
