"""``smelt monitor``: take logs in, measure windows, evaluate alerts, decide on retraining, write the page."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, wide_console, with_layers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smelt.config import SmeltConfig

commands = typer.Typer(
    name="monitor",
    help="Monitor a model in production: logs, figures, drift, alerts, retraining.",
    no_args_is_help=True,
)

Now = Annotated[
    str | None,
    typer.Option("--now", help="Current time to assume (ISO 8601), for old logs and demonstrations."),
]
Gate = Annotated[
    bool,
    typer.Option("--gate", help="Exit with 10 if an alert fires, 11 if one could not be computed."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands)


@commands.command("run")
@with_layers
def run(
    now: Now = None,
    days: Annotated[
        int, typer.Option("--days", min=1, help="Days to look back; windows before are not measured.")
    ] = 35,
    gate: Gate = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Import new logs, measure the windows that changed, evaluate the alert rules, and send new alerts.

    Needs no Spark. A second run without new logs changes nothing and sends nothing.
    """
    from smelt.monitor.round import monitor_round
    from smelt.pipeline.bookkeeper import Bookkeeper
    from smelt.pipeline.job import new_run_id
    from smelt.tables.ledger import check_balance
    from smelt.tables.without_spark import PlainTables

    config = layers.config()
    tables = PlainTables.of(config.warehouse)
    run_id, began = new_run_id(), dt.datetime.now(dt.UTC)
    with tables.writing(f"monitoring {run_id}"):
        done = monitor_round(
            tables,
            config.monitor,
            config.pii,
            config.costs,
            run_id=run_id,
            now=moment(now),
            look_back=dt.timedelta(days=days),
        )
        with Bookkeeper(tables, run_id) as books:
            for stage, result in done.stages.items():
                check_balance(stage, result.entries)
                books.enter(stage, "done", began, result)
    if as_json:
        from smelt.monitor.tell import plain

        for alert in done.told.alerts:
            typer.echo(json.dumps(plain(alert)))
    else:
        for stage, result in done.stages.items():
            typer.echo(f"  {stage:<14} {result.note}")
        _quarantined(done.stages)
        _show(done.told.alerts)
        if done.pointed:
            noun = "wrong answer points" if done.pointed == 1 else "wrong answers point"
            typer.echo(f"{done.pointed:,} {noun} to training rows (silver.feedback_neighbours)")
        if done.corrected:
            typer.echo(
                f"{done.corrected:,} {'answer' if done.corrected == 1 else 'answers'} that users corrected, "
                "which people have not looked at: "
                "smelt run, then smelt review sample corrections"
            )
        if done.plan is not None:
            _show_plan(done.plan)
    if done.plan is not None and config.monitor.retrain.start:
        from smelt.monitor.retrain import carry_out

        options = [f"--conf={file}" for file in layers.files] + [f"--set={each}" for each in layers.settings]
        ended = carry_out(tables, config.monitor.retrain, done.plan, options, run_id=run_id, now=moment(now))
        if ended.failed:
            typer.echo(f"the plan stopped at: smelt {ended.failed}", err=True)
        else:
            took_over = "the new version is champion" if ended.is_promoted else "the old version stays"
            typer.echo(f"the plan was carried out: {took_over}")
    for failure in done.told.failed:
        typer.echo(f"not sent: {failure}", err=True)
    if gate and done.told.exit_code:
        raise typer.Exit(done.told.exit_code)


@commands.command("alerts")
@with_layers
def alerts(
    everything: Annotated[bool, typer.Option("--all", help="Include alerts that have ended.")] = False,
    gate: Gate = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """List the alerts of the last run."""
    from smelt.monitor.tell import TABLE, Told, plain
    from smelt.tables.without_spark import PlainTables

    config = layers.config()
    rows = sorted(
        PlainTables.of(config.warehouse).read(TABLE).to_pylist(),
        key=lambda row: (row["opened_at"], row["rule"]),
    )
    shown = [row for row in rows if everything or row["resolved_at"] is None]
    if as_json:
        for row in shown:
            typer.echo(json.dumps(plain(row)))
    else:
        _show(shown)
    if gate and (code := Told(rows, 0, []).exit_code):
        raise typer.Exit(code)


@commands.command("page")
@with_layers
def page(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the pages, one per version.")] = Path(
        "monitoring"
    ),
    layers: ConfigLayers = DEFAULTS,
) -> None:
    """Write a page for each version: alerts, trends, comparisons, segments, plans. One file, no network."""
    from smelt.monitor.retrain import TABLE as PLANS
    from smelt.monitor.tell import TABLE as ALERTS
    from smelt.report.monitoring import page as rendered
    from smelt.tables.without_spark import PlainTables

    tables = PlainTables.of(layers.config().warehouse)
    figures, alerts, plans = (tables.read(table).to_pylist() for table in ("gold.monitoring", ALERTS, PLANS))
    versions = sorted({row["model_version"] for row in figures})
    if not versions:
        typer.echo("nothing was measured yet: smelt monitor run")
        return
    out.mkdir(parents=True, exist_ok=True)
    for version in versions:
        made_at = max(row["measured_at"] for row in figures if row["model_version"] == version)
        safe = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in version)
        file = out / f"{safe}.html"
        file.write_text(rendered(figures, alerts, plans, version=version, made_at=made_at), "utf-8")
        typer.echo(f"  {file}")


@commands.command("simulate", hidden=True)
@with_layers
def simulate(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the logs.")],
    days: Annotated[int, typer.Option("--days", min=1)] = 28,
    per_day: Annotated[int, typer.Option("--per-day", min=2)] = 600,
    until: Annotated[
        int | None,
        typer.Option("--until", min=1, help="Only the files of the days up to this one; later calls add."),
    ] = None,
    shift: Annotated[
        str,
        typer.Option(
            "--shift", help="First and last day of the simulated shift as FIRST:LAST, from 1; or none."
        ),
    ] = "15:21",
    now: Now = None,
    layers: ConfigLayers = DEFAULTS,
) -> None:
    """Write traffic about the newest release, with late feedback and a simulated shift, for demonstrations."""
    from smelt.monitor.simulate import Shift, Traffic, write

    config = layers.config()
    release, pairs = _released(config)
    planted = None
    if shift != "none":
        first_day, last_day = (int(each) for each in shift.split(":"))
        planted = Shift(first_day - 1, last_day, new_category=0.15, shorter=0.2, accuracy_down=0.05)
    end = moment(now).replace(hour=0, minute=0, second=0, microsecond=0)
    traffic = Traffic(days=days, per_day=per_day, shift=planted)
    first = end - dt.timedelta(days=days)
    stop = None if until is None else first + dt.timedelta(days=until)
    asked, said = write(pairs, traffic, out, first, stop, now=moment(now))
    (out / "monitor.yaml").write_text(_conf(release), "utf-8")
    typer.echo(f"{asked:,} requests and {said:,} pieces of feedback about {release} in {out}")


def moment(given: str | None) -> dt.datetime:
    """Parse a moment (UTC if it has no time zone); the current time if None."""
    if given is None:
        return dt.datetime.now(dt.UTC)
    try:
        found = dt.datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter("not a time as ISO 8601 writes it", param_hint="--now") from None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _released(config: SmeltConfig) -> tuple[str, list[Any]]:
    import pyarrow.dataset as ds

    from smelt.errors import ConfigError
    from smelt.monitor.simulate import Pair
    from smelt.tables.without_spark import PlainTables

    tables = PlainTables.of(config.warehouse)
    made = tables.read("gold.releases", ["release", "created_at"]).to_pylist()
    if not made:
        raise ConfigError("there is no release", ["make one: smelt run"])
    release = max(made, key=lambda row: (row["created_at"], row["release"]))["release"]
    columns = ["instruction", "output", "category", "language"]
    rows = tables.read("gold.training_splits", columns, ds.field("release") == release).to_pylist()
    return release, sorted(Pair(*(row[name] for name in columns)) for row in rows if row["category"])


def _conf(release: str) -> str:
    return (
        "monitor:\n  logs:\n"
        "    - {name: helpdesk_model, shape: openai, path: requests}\n"
        "    - {name: helpdesk_feedback, holds: feedback, of: helpdesk_model, path: feedback}\n"
        f'  models:\n    "1": {{release: "{release}", parameters: 1.5e9}}\n'
        '  prices:\n    "1": {tokens_in: 0.1, tokens_out: 0.4}\n'
        "  alerts:\n    send:\n      - {to: file, path: alerts.jsonl}\n  retrain: {out: plans}\n"
    )


def _show_plan(plan: Mapping[str, Any]) -> None:
    cost = "not known" if plan["cost_usd"] is None else f"{plan['cost_usd']:.2f} USD of compute"
    gain = (
        ""
        if plan["expected_gain"] is None
        else f"; {100 * plan['expected_gain']:.1f} points of accuracy to win back at most"
    )
    typer.echo(f"a plan to train anew: {plan['file']}")
    for reason in plan["because"]:
        typer.echo(f"  because: {reason}")
    typer.echo(
        f"  {plan['new_examples']:,} new examples, {plan['corrected']:,} corrections for review; {cost}{gain}"
    )
    typer.echo(f"  steps: {', '.join(plan['steps'])}")


def _quarantined(stages: Mapping[str, Any]) -> None:
    for result in stages.values():
        for entry in result.entries:
            if entry.measure in ("quarantined", "rejected") and entry.reason not in ("unchanged",):
                typer.echo(f"    {entry.measure:<12} {entry.reason:<28} {entry.count:>10,}  {entry.source}")


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    from rich.table import Table

    open_ = [row for row in rows if row["resolved_at"] is None]
    over = len(rows) - len(open_)
    if not rows:
        typer.echo("no alert")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("state", "rule", "version", "about", "since", "until", "windows", "evidence"):
        table.add_column(column)
    for row in sorted(rows, key=lambda row: (row["opened_at"], row["rule"], row["segment"])):
        state = (
            "silenced"
            if row["is_silenced"]
            else row["state"]
            if row["state"] != "firing"
            else row["severity"]
        )
        until = "" if row["resolved_at"] is None else f"{row['resolved_at']:%Y-%m-%d}"
        about = "all" if row["segment"] == "all" else f"{row['dimension']} {row['segment']}"
        table.add_row(
            state, row["rule"], row["model_version"], about, f"{row['opened_at']:%Y-%m-%d}", until,
            str(row["windows"]), row["evidence"],
        )  # fmt: skip
    wide_console().print(table)
    typer.echo(f"{len(open_):,} alerts are open, {over:,} are over")
