"""The long frame of counts: one wide aggregation per pass, unpivoted to one row per measure and segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.dataset_quality.measure_names import ALL
from smelt.dataset_quality.measures import Count, Kind

SCHEMA = (
    "family string, measure string, kind string, hits double, total bigint, squares double, "
    "dimension string, segment string, low double, high double"
)
NONE = "(none)"
"""Segment of rows without a value in a dimension."""


@dataclass(frozen=True)
class Aggregate:
    """One measure as aggregate expressions over the rows of a segment."""

    family: str
    measure: str
    kind: Kind
    hits: Column
    total: Column
    squares: Column | None = None
    dimension: str = ALL
    segment: str = ALL


def rows(family: str, measure: str, where: Column) -> Aggregate:
    """The number of rows for which ``where`` holds."""
    return Aggregate(family, measure, "count", F.count_if(where), F.count(F.lit(1)))


def share(
    family: str, measure: str, hit: Column, *, of: Column | None = None, field_name: str | None = None
) -> Aggregate:
    """The share of rows with ``hit`` among those with ``of`` (default: all); NULL counts as no hit."""
    base = F.lit(True) if of is None else of
    return Aggregate(
        family,
        measure,
        "share",
        F.count_if(base & hit),
        F.count_if(base),
        dimension=ALL if field_name is None else "field",
        segment=field_name or ALL,
    )


def mean(family: str, measure: str, value: Column, *, kind: Kind = "mean") -> Aggregate:
    """The mean of a value over rows where it is not NULL; ``kind`` is score for values in [0, 1]."""
    number = value.cast("double")
    return Aggregate(
        family,
        measure,
        kind,
        F.coalesce(F.sum(number), F.lit(0.0)),
        F.count(number),
        F.coalesce(F.sum(number * number), F.lit(0.0)),
    )


def tallied(
    df: DataFrame, aggregates: Sequence[Aggregate], cuts: Mapping[str, Column] | None = None
) -> DataFrame:
    """Compute every aggregate in one pass, over all rows and, with ``cuts``, over every segment of each dimension.

    Each row is exploded into one row per dimension, so that one shuffle serves all dimensions.
    """
    whole = f"struct({quoted(ALL)} AS dimension, {quoted(ALL)} AS segment)"
    if cuts is None:
        grouped = df.groupBy(F.expr(whole).alias("_cut"))
    else:
        values = df.select("*", *(value.cast("string").alias(f"_by_{name}") for name, value in cuts.items()))
        each = ", ".join(
            f"struct({quoted(name)} AS dimension, coalesce(nullif(trim(_by_{name}), ''), {quoted(NONE)}) AS segment)"
            for name in cuts
        )
        grouped = values.withColumn("_cut", F.expr(f"explode(array({whole}, {each}))")).groupBy("_cut")
    wide = grouped.agg(
        *(a.hits.cast("double").alias(f"h{i}") for i, a in enumerate(aggregates)),
        *(a.total.cast("bigint").alias(f"t{i}") for i, a in enumerate(aggregates)),
        *(
            (F.lit(0.0) if a.squares is None else a.squares.cast("double")).alias(f"s{i}")
            for i, a in enumerate(aggregates)
        ),
    )
    return conform(
        wide.select(F.expr(f"inline(array({', '.join(map(line_of, range(len(aggregates)), aggregates))}))"))
    )


def line_of(place: int, aggregate: Aggregate) -> str:
    """SQL of a struct for one aggregate of the wide row; Columns would take twenty calls instead of one."""
    cut = aggregate.dimension == ALL
    dimension, segment = (
        ("_cut.dimension", "_cut.segment") if cut else map(quoted, (aggregate.dimension, aggregate.segment))
    )
    return (
        f"struct({quoted(aggregate.family)} AS family, {quoted(aggregate.measure)} AS measure, "
        f"{quoted(aggregate.kind)} AS kind, h{place} AS hits, t{place} AS total, s{place} AS squares, "
        f"{dimension} AS dimension, {segment} AS segment)"
    )


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def grouped_counts(
    df: DataFrame,
    family: str,
    measure: Column | str,
    *,
    dimension: str,
    segment: Column,
    total: Column | None = None,
) -> DataFrame:
    """Number of rows per segment; ``measure`` may be a column, so that one pass serves many measures."""
    name = F.lit(measure) if isinstance(measure, str) else measure
    return conform(
        df.groupBy(name.alias("measure"), F.coalesce(segment.cast("string"), F.lit(NONE)).alias("segment"))
        .agg(F.count(F.lit(1)).alias("hits") if total is None else F.sum(total).alias("hits"))
        .select(
            F.lit(family).alias("family"),
            "measure",
            F.lit("count").alias("kind"),
            F.col("hits").cast("double").alias("hits"),
            F.col("hits").cast("bigint").alias("total"),
            F.lit(dimension).alias("dimension"),
            "segment",
        )
    )


def conform(df: DataFrame) -> DataFrame:
    """The columns of ``SCHEMA`` in order; missing ones are NULL."""
    columns = [part.strip().split(" ") for part in SCHEMA.split(",")]
    return df.selectExpr(
        *(
            f"CAST({name if name in df.columns else 'NULL'} AS {data_type}) AS {name}"
            for name, data_type in columns
        )
    )


def collected(counts: DataFrame) -> list[Count]:
    """Collect the counts on the driver; their number depends on measures and segments, not on rows."""
    return [
        Count(
            family=row["family"],
            measure=row["measure"],
            kind=row["kind"],
            hits=row["hits"] or 0.0,
            total=row["total"] or 0,
            squares=row["squares"] or 0.0,
            dimension=row["dimension"] or ALL,
            segment=row["segment"] or ALL,
            low=row["low"],
            high=row["high"],
        )
        for row in counts.collect()
    ]
