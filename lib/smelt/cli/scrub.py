"""``smelt scrub``: removes personal data from a text or JSON lines, without Spark."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, ConfigLayers, in_a_pipe, open_input, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scrub")(scrub)


@with_layers
def scrub(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="What to read; - is standard input.")] = "-",
    json_lines: Annotated[
        bool,
        typer.Option(
            "--json", help='One {"text": ..., "known": [...]} a line in, one {"text", "findings"} out.'
        ),
    ] = False,
    layers: ConfigLayers = DEFAULTS,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --json: exit 1 when a line was bad.")
    ] = False,
) -> None:
    """Scrub a text or JSON lines; one output line per input line, in order and at once.

    A line that is no such object gives {"error": ..., "line": N}, which never quotes it. The policies
    hash and surrogate need a key (pii.key); the others work without.
    """
    from smelt.pii import files as lines

    with in_a_pipe():
        scrubber = lines.scrubber_of(layers.config().pii)
        with open_input(file) as source:
            if json_lines:
                bad = lines.scrub_lines(source, sys.stdout.buffer, scrubber)
            else:
                lines.scrub_text(source, sys.stdout.buffer, scrubber)
                bad = 0
            sys.stdout.buffer.flush()
    if bad:
        typer.echo(f"{bad} lines were not scrubbed; their answers say why", err=True)
        if strict:
            raise typer.Exit(1)
