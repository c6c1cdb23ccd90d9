"""``smelt pull``: copy what changed in databases into the landing folder."""

from __future__ import annotations

import json

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("pull")(pull)


@with_layers
def pull(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Copy new and changed rows of the tables in intake.databases into the landing folder, for `smelt run`.

    A pull begins some time (overlap) before the newest row pulled so far, and also takes rows whose key was never
    pulled. Rows that did not change have no effect on the next run. Deleted rows are counted and listed in deleted.txt.
    """
    from smelt.errors import ConfigError
    from smelt.intake.databases.postgres import pull as pull_table
    from smelt.tables.filesystem import local_path

    config = layers.config().intake
    landing = local_path(config.landing)
    if not config.databases:
        raise ConfigError("there is nothing to pull", ["name tables in intake.databases"])
    if landing is None:
        raise ConfigError(
            f"intake.landing {config.landing} is not a folder of this machine",
            ["pull into one, then copy the files"],
        )
    for database in config.databases:
        done = pull_table(database, landing)
        if as_json:
            typer.echo(json.dumps(done._asdict()))
            continue
        late = f", {done.late:,} of them late" if done.late else ""
        gone = (
            f"; {done.deleted:,} rows are gone from the table, see {database.folder}/deleted.txt"
            if done.deleted
            else ""
        )
        typer.echo(f"{done.name}: {done.rows:,} rows{late} in {len(done.files)} files{gone}")
