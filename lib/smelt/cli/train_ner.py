"""``smelt train-ner``: trains and evaluates a name recognition model for Spark NLP on labelled texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.places import on_this_machine


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train-ner")(train_ner)


def train_ner(
    data: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help='JSON lines: {"text", "spans": [[start, end, label]]}.'
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            callback=on_this_machine,
            help="Folder of the model; pii.detectors.spark_nlp.model names it.",
        ),
    ],
    label: Annotated[str, typer.Option("--label", help="The label of people in the data.")] = "PERSON",
    epochs: Annotated[int, typer.Option("--epochs", min=1, max=200)] = 20,
    master: Annotated[str, typer.Option("--master", help="Where to train.")] = "local[2]",
) -> None:
    """Train on four fifths of the texts and measure on the fifth: the model, the name detector, and both.

    The last two lines say whether the model pays: what it adds to the recall of the detector, at what
    precision, for how many seconds.
    """
    from smelt.errors import SmeltError
    from smelt.pii.detect.spark_nlp import session_settings
    from smelt.pii.detect.spark_nlp.runtime import PACKAGE
    from smelt.pii.detect.spark_nlp.training import is_held_out, measure, read_labelled, train
    from smelt.spark.config import SparkConfig
    from smelt.spark.session import get_session

    try:
        rows = read_labelled(data, label)
        session = get_session(
            SparkConfig(
                master=master, extra_packages=(PACKAGE,), settings=session_settings(), shuffle_partitions=2
            ),
            "smelt train-ner",
        )
        train(session, [row for row in rows if not is_held_out(row.text)], str(out), epochs=epochs)
        held_out = [row for row in rows if is_held_out(row.text)]
        table = measure(session, held_out, str(out))
    except SmeltError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    typer.echo(f"{len(held_out):,} of {len(rows):,} texts held out\n")
    typer.echo("| what finds names | precision | recall | seconds |\n| --- | --- | --- | --- |")
    for line in table:
        typer.echo(f"| {line.way} | {line.precision:.3f} | {line.recall:.3f} | {line.seconds:.1f} |")
    ours, _, both = table
    typer.echo(
        f"\nThe model adds {both.recall - ours.recall:+.3f} recall and"
        f" {both.precision - ours.precision:+.3f} precision,"
    )
    typer.echo(f"for {both.seconds / max(ours.seconds, 1e-9):.0f} times the seconds of the detector alone.")
