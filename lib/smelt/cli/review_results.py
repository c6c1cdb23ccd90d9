"""``smelt review``: agreement, results and proposed pass marks from reviewers' answers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers

if TYPE_CHECKING:
    from smelt.review.agreement import Agreement
    from smelt.review.estimates import Rate

SampleName = Annotated[str, typer.Argument(metavar="SAMPLE", help="Name of the sample.")]
Whole = Annotated[
    bool, typer.Option("--all", help="Every segment, not the lowest eight of each dimension alone.")
]

LOWEST = 8
"""Number of segments of a dimension that are shown without --all."""


def add_to(commands: typer.Typer) -> None:
    """Add the commands."""
    for command in (agreement, results, thresholds):
        commands.command(command.__name__)(command)


@with_layers
def agreement(
    name: SampleName,
    layers: ConfigLayers = DEFAULTS,
    whole: Whole = False,
    as_json: AsJson = False,
) -> None:
    """Show the agreement of annotators (Krippendorff, Fleiss, Cohen) by label, category and source, and abilities."""
    from smelt.pipeline.job import open_job
    from smelt.review.summary import agreements, measured_abilities, read_sample

    config = layers.config()
    answers = read_sample(open_job(config, may_embed=True).warehouse, name)
    found = agreements(answers, config.review)
    people = measured_abilities(answers)
    if as_json:
        for dimension, segment, each in found:
            typer.echo(json.dumps({"dimension": dimension, "segment": segment, **each._asdict()}))
        for who, ability in people.items():
            typer.echo(
                json.dumps({"annotator": who, "gold_answered": ability.answered, "gold_right": ability.right})
            )
        return
    by_value = {
        (dimension, segment): each.value if each.value is not None else math.inf
        for dimension, segment, each in found
    }
    chosen, left_out = lowest(by_value, whole=whole)
    _table(
        ("of", "segment", "coefficient", "value", "95 % interval", "tasks"),
        [
            (dimension, segment, each.name, *_coefficient(each), f"{each.tasks:,}")
            for dimension, segment, each in found
            if (dimension, segment) in chosen
        ],
    )
    _say_left_out(left_out)
    _table(
        ("annotator", "gold items", "right", "share"),
        [
            (
                who,
                f"{each.answered:,}",
                f"{each.right:,}",
                f"{each.right / each.answered:.2f}" if each.answered else "not measured",
            )
            for who, each in people.items()
        ],
    )


@with_layers
def results(
    name: SampleName,
    layers: ConfigLayers = DEFAULTS,
    whole: Whole = False,
    as_json: AsJson = False,
) -> None:
    """Show the annotators' decisions, estimated for all pairs from the representative part, with 95 % intervals."""
    from smelt.pipeline.job import open_job
    from smelt.review.summary import outcomes, rates, read_sample
    from smelt.review.tasks import DECISIONS

    config = layers.config()
    found = rates(outcomes(read_sample(open_job(config, may_embed=True).warehouse, name)))
    if as_json:
        for dimension, segment, decision, rate in found:
            typer.echo(
                json.dumps(
                    {"dimension": dimension, "segment": segment, "decision": decision, **rate._asdict()}
                )
            )
        return
    by_segment: dict[tuple[str, str], dict[str, Rate]] = {}
    for dimension, segment, decision, rate in found:
        by_segment.setdefault((dimension, segment), {})[decision] = rate
    accepted = {key: rates["accept"].value if "accept" in rates else 0.0 for key, rates in by_segment.items()}
    chosen, left_out = lowest(accepted, whole=whole)
    _table(
        ("of", "segment", "answers", *(f"{decision}, 95 % interval" for decision in DECISIONS)),
        [
            (
                *key,
                f"{max(rate.n for rate in rates.values()):,}",
                *(_share(rates.get(each)) for each in DECISIONS),
            )
            for key, rates in by_segment.items()
            if key in chosen
        ],
    )
    _say_left_out(left_out)


@with_layers
def thresholds(
    name: SampleName,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Measure every rule against annotators, and propose pass marks, which are not applied.

    Needs a sample of scored pairs (smelt review sample scored): a sample of curated ones has no rejected pair.
    """
    from smelt.pipeline.job import open_job
    from smelt.quality.config import MEASURES
    from smelt.review.summary import outcomes, read_sample, reviewed_pairs
    from smelt.review.thresholds import as_settings, proposals, rule_qualities

    config = layers.config()
    warehouse = open_job(config, may_embed=True).warehouse
    reviewed = reviewed_pairs(warehouse, outcomes(read_sample(warehouse, name)), config.quality)
    rules = rule_qualities(reviewed)
    marks = {measure: config.quality.pass_mark(measure) for measure in MEASURES}
    found = proposals(reviewed, marks, min_precision=config.review.min_precision)
    if as_json:
        for rule in rules:
            typer.echo(
                json.dumps(
                    {
                        "rule": rule.rule,
                        "fired": rule.fired,
                        "precision": rule.precision._asdict(),
                        "recall": rule.recall._asdict(),
                    }
                )
            )
        for each in found:
            typer.echo(
                json.dumps(
                    {
                        "measure": each.measure,
                        "mark": each.mark,
                        "proposed": each.proposed,
                        "precision": each.precision._asdict(),
                        "recall": each.recall._asdict(),
                    }
                )
            )
        return
    _table(
        ("rule", "fired", "precision", "95 % interval", "recall", "95 % interval"),
        [(each.rule, f"{each.fired:,}", *_rate(each.precision), *_rate(each.recall)) for each in rules],
    )
    _table(
        ("measure", "mark", "precision", "recall", "proposed", "precision", "recall"),
        [
            (
                each.measure, f"{each.mark:g}", _rate(each.precision)[0], _rate(each.recall)[0],
                "-" if each.proposed is None else f"{each.proposed:g}",
                "-" if each.proposed_precision is None else _rate(each.proposed_precision)[0],
                "-" if each.proposed_recall is None else _rate(each.proposed_recall)[0],
            )
            for each in found
        ],
    )  # fmt: skip
    proposal = as_settings(found)
    typer.echo(
        f"proposal, for your own file if you agree:\n{proposal}" if proposal else "no other mark is proposed"
    )


def _coefficient(each: Agreement) -> tuple[str, str]:
    if each.value is None:
        return "undefined", each.why
    return f"{each.value:.3f}", _between(each.low, each.high, 3)


def _rate(rate: Rate) -> tuple[str, str]:
    if rate.value is None:
        return "-", ""
    has_interval = rate.low is not None and rate.high is not None
    return f"{rate.value:.1%}", f"{rate.low:.1%} to {rate.high:.1%}" if has_interval else ""


def _share(rate: Rate | None) -> str:
    value, interval = ("-", "") if rate is None else _rate(rate)
    return f"{value}  {interval}".rstrip()


def lowest(
    values: Mapping[tuple[str, str], float | None], *, whole: bool
) -> tuple[set[tuple[str, str]], dict[str, int]]:
    """The (dimension, segment) that are shown, and how many of each dimension are not.

    Of a dimension with more than LOWEST segments, those with the lowest values are shown, unless ``whole``.
    """
    by_dimension: dict[str, list[tuple[str, str]]] = {}
    for key in values:
        by_dimension.setdefault(key[0], []).append(key)
    chosen: set[tuple[str, str]] = set()
    left_out = {}
    for dimension, keys in by_dimension.items():
        if not whole and len(keys) > LOWEST:
            left_out[dimension] = len(keys) - LOWEST
            keys = sorted(keys, key=lambda key: math.inf if (value := values[key]) is None else value)[
                :LOWEST
            ]
        chosen.update(keys)
    return chosen, left_out


def _say_left_out(left_out: Mapping[str, int]) -> None:
    if left_out:
        said = ", ".join(f"{dimension} {count:,}" for dimension, count in left_out.items())
        typer.echo(f"the lowest {LOWEST} of each are shown; --all shows the others: {said}\n")


def _between(low: float | None, high: float | None, digits: int) -> str:
    return "" if low is None or high is None else f"{low:.{digits}f} to {high:.{digits}f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich.table import Table

    from smelt.cli.options import wide_console

    table = Table(box=None, pad_edge=False)
    for column in header:
        table.add_column(column)
    for row in rows:
        table.add_row(*map(str, row))
    wide_console().print(table)
