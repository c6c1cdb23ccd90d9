"""The long frame of counts: one wide aggregation a pass, turned into a row a measure and segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.quality.dataset.measures import ALL, Count, Kind

SCHEMA = (
    "family string, measure string, kind string, hits double, total bigint, squares double, "
    "dimension string, segment string, low double, high double"
)
NONE = "(none)"
"""Segment of rows that have no value in a dimension."""


@dataclass(frozen=True)
class Aggregate:
    """One measure as aggregate expressions over the rows of a segment."""

    family: str
    measure: str
    kind: Kind
    hits: Column
    total: Column
    squares: Column = field(default_factory=lambda: F.lit(0.0))
    dimension: str = ALL
    segment: str = ALL


def rows(family: str, measure: str, where: Column) -> Aggregate:
    """How many rows hold ``where``."""
    return Aggregate(family, measure, "count", F.count_if(where), F.count(F.lit(1)))


def share(
    family: str, measure: str, hit: Column, *, of: Column | None = None, field_name: str | None = None
) -> Aggregate:
    """The share of rows with ``hit`` among those with ``of`` (all rows by default); NULL is no hit."""
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
    """The mean of a value over the rows where it is not NULL; ``kind`` score for values in [0, 1]."""
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
    """One pass over ``df``: every aggregate over all rows and, with ``cuts``, over every segment of each.

    Each row is exploded into one row a cut, so that segments of all dimensions come from one shuffle.
    """
    if cuts is None:
        grouped = df.groupBy()
        where = F.struct(F.lit(ALL).alias("dimension"), F.lit(ALL).alias("segment"))
    else:
        cut = F.array(
            F.struct(F.lit(ALL).alias("dimension"), F.lit(ALL).alias("segment")),
            *(
                F.struct(
                    F.lit(name).alias("dimension"),
                    F.coalesce(F.nullif(F.trim(value.cast("string")), F.lit("")), F.lit(NONE)).alias(
                        "segment"
                    ),
                )
                for name, value in cuts.items()
            ),
        )
        grouped = df.withColumn("_cut", F.explode(cut)).groupBy("_cut")
        where = F.col("_cut")
    wide = grouped.agg(
        *(a.hits.cast("double").alias(f"h{i}") for i, a in enumerate(aggregates)),
        *(a.total.cast("bigint").alias(f"t{i}") for i, a in enumerate(aggregates)),
        *(
            a.squares.cast("double").alias(f"s{i}")
            if a.kind in ("mean", "score")
            else F.count(F.lit(1)).cast("double").alias(f"s{i}")
            for i, a in enumerate(aggregates)
        ),
    )
    lines = F.array(
        *(
            F.struct(
                F.lit(a.family).alias("family"),
                F.lit(a.measure).alias("measure"),
                F.lit(a.kind).alias("kind"),
                F.col(f"h{i}").alias("hits"),
                F.col(f"t{i}").alias("total"),
                F.col(f"s{i}").alias("squares"),
                (where["dimension"] if a.dimension == ALL else F.lit(a.dimension)).alias("dimension"),
                (where["segment"] if a.dimension == ALL else F.lit(a.segment)).alias("segment"),
            )
            for i, a in enumerate(aggregates)
        )
    )
    return conform(wide.select(F.explode(lines).alias("line")).select("line.*"))


def grouped_counts(
    df: DataFrame,
    family: str,
    measure: Column | str,
    *,
    dimension: str,
    segment: Column,
    total: Column | None = None,
) -> DataFrame:
    """Rows by segment as counts; ``measure`` may be a column, so that one pass serves many measures."""
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
    """The columns of ``SCHEMA`` in order; those that are not there are NULL."""
    columns = [part.strip().split(" ") for part in SCHEMA.split(",")]
    return df.select(
        *(
            (F.col(name) if name in df.columns else F.lit(None)).cast(data_type).alias(name)
            for name, data_type in columns
        )
    )


def collected(counts: DataFrame) -> list[Count]:
    """The counts on the driver: bounded by the number of measures and segments, never by rows."""
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
