"""``smelt forget``: erase customers from every table, with a certificate."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smelt.privacy.erasure.certificates import Certificate


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forget")(forget)


@with_layers
def forget(
    customer: Annotated[
        list[str] | None,
        typer.Option(
            "--customer",
            help="Identifier or e-mail as the source gives it; may be repeated. Stays in the shell's history.",
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE|-", help="Identifiers, one a line; - is standard input."),
    ] = None,
    vacuum: Annotated[
        bool,
        typer.Option("--vacuum", help="Also remove the files at once; older versions cannot be read then."),
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, e.g. a case number.")] = None,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Delete a customer's records from bronze, silver, the vault and unreleased gold, and refuse them for good.

    Releases are immutable: those that hold rows of the customer are named, and `smelt release --from OLD`
    makes a successor without them. Landing files and exports are not deleted; the certificate lists where exports
    were written to.
    """
    from smelt.pipeline.job import open_job
    from smelt.privacy.erasure.request import forget_customers

    config = layers.config()
    customers = [*(customer or ()), *_lines(file)]
    if not customers and not vacuum:
        raise typer.BadParameter(
            "name customers with --customer or --file, or --vacuum what was erased before"
        )
    job = open_job(config, may_embed=True)
    certificates = forget_customers(
        job.warehouse, job.config.pii, customers, run_id=job.run_id, reason=reason, with_vacuum=vacuum
    )
    _show(certificates, as_json=as_json)


def _lines(file: str | None) -> list[str]:
    if file is None:
        return []
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter("cannot be read as UTF-8 text", param_hint="--file") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _show(certificates: Sequence[Certificate], *, as_json: bool) -> None:
    for each in certificates:
        if as_json:
            fields = {
                name: value for name, value in vars(each).items() if name not in ("record_keys", "line_keys")
            }
            typer.echo(json.dumps(fields | {"records": len(each.record_keys)}, default=str))
            continue
        rows = sum(each.rows_deleted.values())
        typer.echo(f"certificate {each.erasure_id}: {len(each.record_keys):,} records, {rows:,} rows deleted")
        for table, count in sorted(each.rows_deleted.items()):
            typer.echo(f"  {table:<28} {count:>10,}")
        for release in each.releases:
            typer.echo(
                f"  release {release} holds rows of this customer: smelt release --from {release}, then"
                f" smelt release --drop {release}"
            )
        for copy in each.exports:
            typer.echo(f"  outside smelt's reach, delete it there: {copy}")
        typer.echo(
            f"  files {'removed' if each.vacuumed_at else 'still hold older versions: smelt forget --vacuum'}"
        )
