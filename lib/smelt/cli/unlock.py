"""``smelt unlock``: shows who holds the warehouse's lease, and frees it with --force."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers

if TYPE_CHECKING:
    from smelt.config import SmeltConfig
    from smelt.tables.lease.claims import Claims


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("unlock")(unlock)


@with_layers
def unlock(
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Free the lease. Its owner, if it still works, stops before its next commit."
        ),
    ] = False,
    layers: ConfigLayers = DEFAULTS,
    as_json: AsJson = False,
) -> None:
    """Show who holds the warehouse's lease: its command, start, machine and last sign of life.

    A lease whose owner is gone needs no unlocking: the next command that writes takes it over, at once on the owner's
    machine, elsewhere after a minute or two without a sign of life. --force frees it although the owner may be alive.
    """
    from smelt.errors import SmeltError
    from smelt.tables.lease.lease import break_lease
    from smelt.tables.lease.process import machine

    claims = _claims(layers.config())
    newest = claims.newest()
    is_held = newest is not None and newest.is_held
    is_gone = newest is not None and is_held and newest.is_of_the_dead(machine(), ())
    was_freed = False
    if force and newest is not None and is_held:
        was_freed = break_lease(claims, newest)
        if not was_freed:
            raise SmeltError(
                "the lease moved on just now, so its owner is at work; look again before you force it"
            )
    if as_json:
        said = {"held": is_held and not was_freed, "freed": was_freed, "owner_is_gone": is_gone}
        typer.echo(json.dumps(said | {"claim": None if newest is None else json.loads(newest.to_json())}))
        return
    if newest is None or not is_held:
        typer.echo("nobody writes to the warehouse")
        return
    typer.echo(newest.described())
    if was_freed:
        typer.echo("freed")
    elif is_gone:
        typer.echo("its processes are gone: the next command that writes takes over at once")
    else:
        typer.echo(
            f"it expires {newest.expires_after:.0f} s after its last sign of life; --force frees it now"
        )


def _claims(config: SmeltConfig) -> Claims:
    """The store of the lease's claims; needs no Spark for a warehouse on a disk."""
    from pathlib import Path

    from smelt.pipeline.job import open_job
    from smelt.tables.filesystem import local_path
    from smelt.tables.lease.folder import FolderClaims
    from smelt.tables.lease.terms import LEASES

    place = config.warehouse
    folder = None if place.catalog else local_path(place.root)
    if folder is not None and Path(folder, LEASES).is_dir():
        return FolderClaims(f"{folder}/{LEASES}")
    return open_job(config).warehouse.claims()
