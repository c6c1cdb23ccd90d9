"""The command line ``smelt``: one file a command in this folder, registered here in the order of the flow.

Exit codes: 0 done, 1 failed, 2 bad configuration or usage, 3 another process writes to the warehouse (try again later).
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from typing import Annotated

import typer

from smelt import __version__
from smelt.errors import SmeltError
from smelt.garbage import collect_rarely
from smelt.tables.failures import failure

COMMANDS = (
    "generate",
    "pull",
    "sources",
    "run",
    "release",
    "export",
    "train",
    "evaluate",
    "crossvalidate",
    "predict",
    "promote",
    "finetune",
    "report",
    "review",
    "monitor",
    "costs",
    "augment",
    "external",
    "duplicates",
    "splits",
    "explain",
    "status",
    "tables",
    "sql",
    "register",
    "serve_sql",
    "scrub",
    "score",
    "dedup",
    "reveal",
    "forget",
    "unlock",
    "maintain",
    "train_ner",
    "doctor",
)
"""Modules of smelt.cli with a ``register(app)`` each, in the order in which --help lists them."""

TRACEBACK = "SMELT_TRACEBACK"
"""Environment variable: if set, unexpected errors are shown with their traceback, which may quote records."""

app = typer.Typer(
    name="smelt",
    help="Turn raw support tickets, chats, transcripts and articles into fine-tuning data that can be trusted.",
    epilog="Start with: smelt generate demo && smelt run --conf demo/smelt.yaml",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

collect_rarely()
for name in COMMANDS:
    import_module(f"smelt.cli.{name}").register(app)


def _show_version(wanted: bool) -> None:
    """Print the versions of smelt and of its main dependencies for ``--version``."""
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    parts = [f"smelt {__version__}", f"Python {sys.version.split()[0]}"]
    for package in ("pyspark", "delta-spark"):
        with contextlib.suppress(PackageNotFoundError):
            parts.append(f"{package} {version(package)}")
    typer.echo(", ".join(parts))
    raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show versions and exit."),
    ] = False,
) -> None:
    """Exists so that typer keeps subcommands even if there is only one."""


def main() -> None:
    """Run the command line; a SmeltError is printed as its message and ends with its exit code, without a traceback.

    Of any other error only class and place are printed, since a library's message may quote a record. Returns normally
    on success, because a Databricks wheel task treats SystemExit, even with code 0, as a failure.
    """
    from smelt.tables.private import keep_private

    keep_private()
    try:
        app()
    except SystemExit as end:
        if end.code not in (0, None):
            raise
    except SmeltError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        typer.echo(
            f"error: {failure(error)}; {TRACEBACK}=1 shows the traceback, which may quote records", err=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
