"""``smelt costs``: what each approach costs, which to choose, what is next, and the bill afterwards."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, wide_console, with_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smelt.costs.bill import Bill
    from smelt.costs.choose import Choice, Phase
    from smelt.costs.facts import Known

commands = typer.Typer(
    name="costs",
    help="Costs of the approaches, a recommendation, the next steps, and the bill.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands)


@commands.command("estimate")
@with_layers
def estimate(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Estimate the costs of full, LoRA, prompt and instruction tuning, with break-even and a recommendation.

    Rows and tokens are counted in the newest release; prices come from a dated table, whose row the estimate stores.
    """
    from smelt.costs.choose import Facts, choose, phases
    from smelt.costs.estimate import break_even, costs, frozen
    from smelt.costs.facts import keep, known
    from smelt.pipeline.job import new_run_id
    from smelt.tables.without_spark import PlainTables

    config = layers.config()
    tables = PlainTables.of(config.warehouse)
    found = known(tables)
    own = config.costs
    said = frozen(own, found.train_tokens)
    rows = own.needs.rows if own.needs.rows is not None else found.rows
    each = costs(own, found.train_tokens)
    facts = Facts(rows, own.needs, each, found.accuracy)
    choice = choose(facts)
    requests = own.workload.requests_per_month * own.workload.months
    way = phases(facts, requests, break_even(each["prompt"], each["lora"]))
    said |= {"choice": choice._asdict(), "phases": [phase._asdict() for phase in way]}
    keep(tables, found, said, choice.approach, run_id=new_run_id(), now=dt.datetime.now(dt.UTC))
    if as_json:
        typer.echo(json.dumps(said))
        return
    _show_costs(said, own.workload.months, found)
    _show_choice(choice, way)


@commands.command("roadmap")
@with_layers
def roadmap(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Show twelve weeks as a checklist; the tables show which steps are done."""
    from smelt.costs.roadmap import roadmap as look
    from smelt.tables.without_spark import PlainTables

    config = layers.config()
    items = look(PlainTables.of(config.warehouse), Path(config.tuning.out))
    if as_json:
        for item in items:
            typer.echo(json.dumps(item._asdict()))
        return
    for item in items:
        typer.echo(f"  [{'x' if item.is_done else ' '}] week {item.week:>2}  {item.what:<46} {item.evidence}")


@commands.command("bill")
@with_layers
def bill(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Compare the real cost of training runs with the estimate, and show the measured utilisation."""
    from smelt.costs.bill import bills, measured_utilisation

    config = layers.config()
    found, bad = bills(Path(config.tuning.out), config.costs)
    if as_json:
        for each in found:
            typer.echo(json.dumps(each._asdict() | {"ratio": each.ratio}))
    else:
        _table(
            (
                "run", "method", "parameters", "tokens", "ran on", "estimated h", "real h", "real/estimated", "USD",
                "utilisation",
            ),
            [
                (
                    each.run, each.method, f"{each.parameters:.3g}", f"{each.tokens:,.0f}", each.ran_on,
                    *_estimated_and_real(each), f"{each.usd:.2f}" if each.is_comparable else "-",
                    f"{each.utilisation:.2%}" if each.is_comparable else "-",
                )
                for each in found
            ],
        )  # fmt: skip
        used = measured_utilisation(found)
        if used is not None:
            typer.echo(
                f"for the next estimate, if it is for the same hardware: costs.utilisation.training={used:.4g}"
            )
        elif found:
            typer.echo(
                f"no run on {config.costs.accelerator}: name what they ran on as costs.accelerator, "
                "or give its row in costs.hardware"
            )
        else:
            typer.echo("there is no training run yet")
    for line in bad:
        typer.echo(line, err=True)


def _estimated_and_real(bill: Bill) -> tuple[str, str, str]:
    """Estimated hours, real hours and their ratio; dashes if the estimate is for other hardware than the run's."""
    real = f"{bill.real_hours:.4f}"
    return (
        (f"{bill.estimated_hours:.4f}", real, f"{bill.ratio:.2f}") if bill.is_comparable else ("-", real, "-")
    )


def _show_costs(said: dict[str, Any], months: float, found: Known) -> None:
    card = said["accelerator"]
    typer.echo(
        f"{card['name']} at {card['usd_per_hour']} USD/h ({card['retrieved']}; {card['source']}); {months:g} months; "
        + (f"release {found.release}: {found.rows:,} train rows" if found.release else "no release yet")
    )
    parts = (
        "development",
        "preparation",
        "labelling",
        "compute",
        "hosting",
        "serving",
        "storage",
        "maintenance",
        "total",
    )
    _table(
        ("USD", *parts, "effort", "break-even requests"),
        [
            (
                name,
                *(
                    dollars(cost[part]) + ("*" if part == "compute" and not cost["is_computed"] else "")
                    for part in parts
                ),
                f"{said['scores'][name]:.2f}",
                _requests(said["break_even_requests"], name),
            )
            for name, cost in said["costs"].items()
        ],
    )
    typer.echo("* assumed: give costs.workload.parameters to have it computed")
    typer.echo(f"cheapest: {said['cheapest']}")
    for flip in said["sensitivity"]:
        typer.echo(
            f"  {flip['then']} instead, if {flip['assumption']} were {flip['turns_at']:.4g} (now {flip['value']:.4g})"
        )


def dollars(value: float) -> str:
    """Whole dollars; of less than ten, two significant digits, so that nothing that costs something reads as 0."""
    return f"{value:,.0f}" if value == 0 or value >= 10 else f"{value:.2g}"


def _requests(break_even: dict[str, float | None], name: str) -> str:
    if name not in break_even:
        return ""
    value = break_even[name]
    return "never" if value is None else f"{value:,.0f}"


def _show_choice(choice: Choice, way: Sequence[Phase]) -> None:
    typer.echo(f"recommended: {choice.approach}")
    for reason in choice.because:
        typer.echo(f"  for it: {reason}")
    for name, reasons in choice.instead.items():
        typer.echo(f"  for {name}: {'; '.join(reasons)}")
    for name, reason in choice.ruled_out.items():
        typer.echo(f"  not {name}: {reason}")
    words = {True: "yes", False: "no", None: "not known"}
    for number, phase in enumerate(way, 1):
        typer.echo(f"phase {number}, {phase.name}: {phase.what}")
        for criterion, holds in phase.criteria:
            typer.echo(f"  to go on: {criterion}: {words[holds]}")


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(header):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    wide_console().print(table)
