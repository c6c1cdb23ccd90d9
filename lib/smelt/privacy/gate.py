"""The privacy gate of a release: counts personal data left in its rows; too much of it stops the release.

The scan is independent of scrubbing: it reads the finished rows instead of conversations, knows no identities, also
finds values in reserved ranges, uses the thresholds of ``pii.gate``, and has the patterns of
:mod:`smelt.pii.detect.independent` besides the detectors. It returns counts only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
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
"""Schema of the findings in grave rows (see GateReport), in Spark DDL."""

UNSCANNED = "UNSCANNED"
"""Entity under which a row counts that could not be scanned; severe, since its content is unknown."""

ROW_TEXTS = ("question", "answer", "instruction", "input", "output")
MESSAGES = (("context", "text"), ("messages", "content"))
"""(array column, field with text). With ROW_TEXTS, the plain columns, all columns that hold text."""


class ResidualPiiError(ProblemsError):
    """Raised when a release's rows hold more personal data than ``pii.gate`` allows; its message holds counts only."""


class Residual(NamedTuple):
    """An entity found in finished rows: the number of rows with it, and of occurrences."""

    entity: str
    severity: str
    rows: int
    spans: int


class GateReport(NamedTuple):
    """The number of scanned ``rows``, and ``problems``: the reasons why they must not be released.

    ``grave`` is the number of rows with a severe finding or a match of an independent pattern; they may be held back.
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
    """A finding: the row's number and the entity; ``is_grave`` as in GateReport."""

    row: int
    entity: str
    is_grave: bool


class ResidualScanner:
    """Finds personal data that scrubbing missed; see the module's docstring for how it differs from the scrubber."""

    def __init__(self, config: PiiConfig) -> None:
        strict = config.model_copy(
            update={"min_confidence": config.gate.min_confidence, "reserved": ReservedRanges()}
        )
        self._config = config
        self._scrubber = Scrubber(
            _keyless(strict), None, (*configured_detectors(strict), IndependentDetector())
        )

    def scan(self, rows: Sequence[Sequence[str]]) -> list[Finding]:
        """Residual findings in rows, each a list of messages; ``Finding.text`` is the index over the messages of all
        rows.

        Placeholders, surrogates and entities with the policy ``keep`` are not counted.
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
        """Every finding with its row number; a row whose scan fails gives UNSCANNED, which is grave."""

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
        """Number of rows and occurrences by entity."""
        return self.counted(self.by_row(rows))

    def counted(self, found: Sequence[RowFinding]) -> list[Residual]:
        """Number of rows and occurrences by entity, of findings from :meth:`by_row`."""
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
    """The configuration with policies that need no key, since nothing is replaced here."""
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
    """Compare the number of severe spans with ``max_severe``, and the share of rows with high ones with
    ``max_share_high``."""
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
    """The findings in grave rows, as GRAVE; ``rows`` as for :func:`check_release`, plus example_id and source."""
    texts = rows.select("example_id", "source", row_texts(rows).alias("texts"))
    return texts.mapInArrow(_grave(config), GRAVE)


def records_holding(
    rows: DataFrame, entities: Iterable[str], config: PiiConfig, *, at_most: int
) -> list[str]:
    """Up to ``at_most`` record_ids of rows that hold the entities; ``rows`` as for :func:`check_release`, plus
    record_id."""
    texts = rows.select("record_id", row_texts(rows).alias("texts"))
    found = texts.mapInArrow(_holding(config, frozenset(entities)), "record_id string")
    return [row["record_id"] for row in found.distinct().orderBy("record_id").limit(at_most).collect()]


@lru_cache(maxsize=1)
def _kept(settings: str) -> ResidualScanner:
    """This process' scanner of a configuration, for all pieces of a stage; as ``kept_scrubber``."""
    return ResidualScanner(PiiConfig.model_validate_json(settings))


def row_texts(rows: DataFrame) -> Column:
    """All texts of a row that a model would see: array<string> without nulls, one per message."""
    from pyspark.sql import functions as F

    parts = [F.array(*(F.col(name) for name in ROW_TEXTS if name in rows.columns))]
    parts += [F.col(f"{column}.{field}") for column, field in MESSAGES if column in rows.columns]
    return F.array_compact(F.concat(*parts))


def _counting(config: PiiConfig) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: the counts of each batch.

    The entity "" has the number of rows and, as spans, of grave rows.
    """

    def count(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scanner = _kept(config.model_dump_json())
        for batch in batches:
            texts = batch.column(0).to_pylist()
            found = scanner.by_row(texts)
            grave = {finding.row for finding in found if finding.is_grave}
            counted = [Residual("", "", len(texts), len(grave)), *scanner.counted(found)]
            kinds = (pa.string(), pa.string(), pa.int64(), pa.int64())
            columns = [pa.array(*each) for each in zip(zip(*counted, strict=True), kinds, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, names=["entity", "severity", "rows", "spans"])

    return count


def _holding(
    config: PiiConfig, entities: frozenset[str]
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: (record_id, texts) -> record_id of the rows that hold one of the entities."""

    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scanner = _kept(config.model_dump_json())
        for batch in batches:
            found = scanner.by_row(batch.column(1).to_pylist())
            held = {finding.row for finding in found if finding.entity in entities}
            yield batch.select([0]).take(pa.array(sorted(held), pa.int64()))

    return find


def _grave(config: PiiConfig) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: (example_id, source, texts) -> all findings, by entity, of the rows that hold a grave one."""

    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scanner = _kept(config.model_dump_json())
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
