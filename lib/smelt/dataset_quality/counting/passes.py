"""Passes over the judged examples: segments, fields, scores, histograms, agreement, reasons."""

from __future__ import annotations

import re
from itertools import pairwise

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from smelt.dataset_quality.config import DatasetQualityConfig
from smelt.dataset_quality.counting import long
from smelt.dataset_quality.counting.frames import cuts, tokens

TOKEN_EDGES = (0, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
"""Bin edges, doubling, since lengths spread over orders of magnitude. The last bin is open-ended."""
SCORE_BINS = 20


def segments(judged: DataFrame, config: DatasetQualityConfig) -> DataFrame:
    """Raw and released rows, share accepted and mean composite, for every segment of every dimension."""
    aggregates = [
        long.rows("selection", "raw", F.lit(True)),
        long.rows("selection", "released", F.col("is_released")),
        long.share("selection", "accepted_share", F.col("is_accepted")),
        long.mean("selection", "composite", F.col("score_composite"), kind="score"),
    ]
    return long.tallied(judged, aggregates, cuts(config))


def fields(released: DataFrame, config: DatasetQualityConfig) -> DataFrame:
    """Missing and empty values per field, rows that lack any, means of scores and of measures of complexity."""
    rules = config.completeness
    types = dict(released.dtypes)
    known = [name for name in rules.fields if name in types]
    placeholders = ", ".join(map(long.quoted, ("", *rules.placeholders)))
    missing = {name: F.expr(f"`{name}` IS NULL") for name in known}
    empty = {
        name: F.expr(
            f"lower(trim(coalesce(`{name}`, 'x'))) IN ({placeholders})"
            if types[name] == "string"
            else "false"
        )
        for name in known
    }
    lacks_any = F.lit(False)
    for name in known:
        lacks_any = lacks_any | missing[name] | empty[name]
    good = F.expr(config.good_outcome)
    aggregates = [
        *(long.share("completeness", "missing_share", missing[name], field_name=name) for name in known),
        *(long.share("completeness", "empty_share", empty[name], field_name=name) for name in known),
        long.share("completeness", "incomplete_share", lacks_any),
        long.share("accuracy", "good_outcome_share", good, of=good.isNotNull()),
        *(
            long.mean("scores", name.removeprefix("score_"), F.col(name), kind="score")
            for name in released.columns
            if name.startswith("score_")
        ),
        long.mean("intrinsic", "question_tokens", tokens(F.col("question"))),
        long.mean("intrinsic", "answer_tokens", tokens(F.col("answer"))),
        long.mean("intrinsic", "context_turns", F.greatest(F.size("context"), F.lit(0))),
        long.share("intrinsic", "multi_turn_share", F.size("context") > 0),
        long.mean("intrinsic", "answer_sentences", F.regexp_count("answer", F.lit(r"[.!?]+(\s|$)"))),
    ]
    return long.tallied(released, aggregates)


def histograms(judged: DataFrame) -> DataFrame:
    """Histograms of scores (twenty bins) and lengths (TOKEN_EDGES), of the release and (``_raw``) of all examples."""
    scores = [name for name in judged.columns if name.startswith("score_")]
    bins = {name.removeprefix("score_"): score_bin(name) for name in scores}
    bins |= {f"{name}_tokens": token_bin(f"_{name}_tokens") for name in ("question", "answer")}
    structs = ", ".join(
        f"struct({long.quoted(name)} AS measure, nullif({bin_}, '') AS bin)" for name, bin_ in bins.items()
    )
    binned = (
        judged.select(
            "is_released", *scores, *(tokens(F.col(n)).alias(f"_{n}_tokens") for n in ("question", "answer"))
        )
        .select("is_released", F.expr(f"inline(array({structs}))"))
        .where("bin IS NOT NULL")
        .select(
            "bin",
            F.expr(
                "explode(IF(is_released, array(measure, concat(measure, '_raw')), array(concat(measure, '_raw'))))"
            ).alias("measure"),
        )
    )
    return long.grouped_counts(
        binned, "distribution", F.col("measure"), dimension="bin", segment=F.col("bin")
    )


def score_bin(score: str) -> str:
    """``0.85-0.90`` as a SQL expression; the last bin includes 1. NULL stays NULL."""
    index = f"least(floor({score} * {SCORE_BINS} + 1e-9), {SCORE_BINS - 1})"
    edges = ", ".join(
        f"format_string('%.2f', CAST({index} + {step} AS double) / {SCORE_BINS})" for step in (0, 1)
    )
    return f"CASE WHEN {score} IS NOT NULL THEN concat_ws('-', {edges}) END"


def token_bin(count: str) -> str:
    """``0064-0128`` as a SQL expression, zero-padded so that bins sort as text; ``4096-`` is open."""
    whens = " ".join(
        f"WHEN {count} < {high} THEN '{low:04d}-{high:04d}'" for low, high in pairwise(TOKEN_EDGES)
    )
    return f"CASE {whens} ELSE '{TOKEN_EDGES[-1]:04d}-' END"


def normalised(text: Column) -> Column:
    """Lower case, words only, single spaces; equal for questions that count as the same."""
    return F.trim(F.regexp_replace(F.lower(text), r"[^\p{L}\p{N}]+", " "))


def contradictions(released: DataFrame, config: DatasetQualityConfig) -> DataFrame:
    """Among questions asked more than once, the share with two answers of low similarity.

    Answers are compared as sets of words (Jaccard), at most ``max_answers`` distinct ones per question, the first by
    hash.
    """
    rules = config.consistency
    by_question = (
        released.select(
            F.xxhash64(normalised(F.col("question"))).alias("_q"),
            normalised(F.col("answer")).alias("_a"),
            "example_id",
        )
        .groupBy("_q")
        .agg(F.count("example_id").alias("_asked"), F.array_sort(F.collect_set("_a")).alias("_answers"))
        .where(F.col("_asked") > 1)
        .select(
            F.transform(
                F.slice("_answers", 1, rules.max_answers), lambda a: F.array_distinct(F.split(a, " "))
            ).alias("_sets")
        )
    )
    similarities = F.flatten(
        F.transform(
            "_sets",
            lambda a, i: F.transform(
                F.filter("_sets", lambda _, j: j > i),
                lambda b: F.size(F.array_intersect(a, b)) / F.size(F.array_union(a, b)),
            ),
        )
    )
    worst = F.coalesce(F.array_min(similarities), F.lit(1.0))
    hit = worst < rules.contradiction_similarity
    return long.tallied(by_question, [long.share("consistency", "contradiction_share", hit)])


def styles(released: DataFrame, config: DatasetQualityConfig) -> DataFrame:
    """Number of occurrences of each style of a format and each spelling of a term in the answers."""
    patterns = [
        ("format", f"{kind}: {style}", pattern)
        for kind, by_style in config.consistency.formats.items()
        for style, pattern in by_style.items()
    ]
    patterns += [
        ("term", f"{preferred}: {term}", rf"(?i)\b{re.escape(term)}s?\b")
        for preferred, variants in config.consistency.terminology.items()
        for term in (preferred, *variants)
    ]
    structs = ", ".join(
        f"struct({long.quoted(measure)} AS measure, {long.quoted(segment)} AS segment, "
        f"regexp_count(coalesce(answer, ''), {long.quoted(pattern)}) AS uses)"
        for measure, segment, pattern in patterns
    )
    uses = released.select(F.expr(f"inline(array({structs}))")).where("uses > 0")
    return long.grouped_counts(
        uses,
        "consistency",
        F.col("measure"),
        dimension="style",
        segment=F.col("segment"),
        total=F.col("uses"),
    )


def dominance(released: DataFrame, config: DatasetQualityConfig) -> DataFrame:
    """Number of rows with the most frequent answer of their category, over categories that are large enough."""
    per_answer = released.groupBy(
        F.coalesce("category", F.lit(long.NONE)).alias("_category"),
        F.xxhash64(normalised(F.col("answer"))).alias("_a"),
    ).agg(F.count(F.lit(1)).alias("_rows"))
    per_category = (
        per_answer.groupBy("_category")
        .agg(F.max("_rows").alias("_top"), F.sum("_rows").alias("_all"))
        .where(F.col("_all") >= config.bias.min_category)
    )
    aggregate = long.Aggregate(
        "bias",
        "top_answer_share",
        "share",
        F.coalesce(F.sum("_top"), F.lit(0)),
        F.coalesce(F.sum("_all"), F.lit(0)),
    )
    return long.tallied(per_category, [aggregate])


def rejections(judged: DataFrame) -> DataFrame:
    """Rows per reason; rows with only that reason; and rows by first reason, which sum to all rejected rows."""
    reasons = judged.select(
        F.posexplode("rejections").alias("place", "reason"), (F.size("rejections") == 1).alias("alone")
    )
    kinds = (
        ("examples", F.lit(True)),
        ("only_reason", F.col("alone")),
        ("first_reason", F.col("place") == 0),
    )
    told = F.array_compact(F.array(*(F.when(where, F.lit(name)) for name, where in kinds)))
    return long.grouped_counts(
        reasons.select("reason", F.explode(told).alias("measure")),
        "rejections",
        F.col("measure"),
        dimension="reason",
        segment=F.col("reason"),
    )


def duplicates(members: DataFrame) -> DataFrame:
    """Members of clusters by kind, members not kept, and clusters by size."""
    by_kind = long.grouped_counts(members, "duplicates", "members", dimension="kind", segment=F.col("kind"))
    dropped = long.grouped_counts(
        members.where(~F.col("is_kept")), "duplicates", "not_kept", dimension="kind", segment=F.col("kind")
    )
    sizes = members.groupBy("cluster_id").agg(F.count(F.lit(1)).alias("_size"))
    label = (
        F.when(F.col("_size") < 4, F.col("_size").cast("string"))
        .when(F.col("_size") < 10, "4-9")
        .when(F.col("_size") < 100, "10-99")
        .otherwise("100+")
    )
    by_size = long.grouped_counts(
        sizes.where("_size > 1"), "duplicates", "clusters", dimension="size", segment=label
    )
    return by_kind.unionByName(dropped).unionByName(by_size)


def privacy(findings: DataFrame) -> DataFrame:
    """Findings by entity and by detector."""
    by_entity = long.grouped_counts(
        findings, "privacy", "findings", dimension="entity", segment=F.col("entity")
    )
    by_detector = long.grouped_counts(
        findings, "privacy", "findings", dimension="detector", segment=F.col("detector")
    )
    return by_entity.unionByName(by_detector)
