"""The command line ``smelt``: one file a command in this folder, registered here in the order of the flow.

Exit codes: 0 done, 1 failed, 2 bad configuration or usage.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module

import typer

from smelt.errors import SmeltError

COMMANDS = (
    "generate",
    "run",
    "release",
    "export",
    "report",
    "duplicates",
    "splits",
    "explain",
    "status",
    "tables",
    "sql",
    "scrub",
    "score",
    "dedup",
    "reveal",
    "forget",
    "train_ner",
    "doctor",
)
"""Modules of smelt.cli with a ``register(app)`` each, in the order in which --help lists them."""

TRACEBACK = "SMELT_TRACEBACK"
"""Environment variable: errors that smelt does not know are shown in full."""

CAUSES = {
    "No space left on device": "the disk is full; what was finished stays, the next run goes on from there",
    "OutOfMemoryError": "Java ran out of memory; raise spark.driver_memory",
}
"""What a foreign error is about, by words that only the system writes."""

app = typer.Typer(
    name="smelt",
    help="Turn raw support tickets, chats, transcripts and articles into fine-tuning data that can be trusted.",
    epilog="Start with: smelt generate demo && smelt run --conf demo/smelt.yaml",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for name in COMMANDS:
    import_module(f"smelt.cli.{name}").register(app)


@app.callback()
def root() -> None:
    """Keep subcommands as subcommands even when there is one."""


def main() -> None:
    """Run the command line; a SmeltError ends as its message and its exit code, without a traceback.

    Any other error ends as its kind and place alone: its message, written by a library, may quote a record.
    """
    try:
        app()
    except SmeltError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if "smelt" in frame.filename]
        place = f" at {places[-1].filename}:{places[-1].lineno}" if places else ""
        said = str(error)
        cause = next((f"{words}; " for sign, words in CAUSES.items() if sign in said), "")
        typer.echo(
            f"error: {cause}{type(error).__name__}{place}; {TRACEBACK}=1 shows the traceback, which may quote records",
            err=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
