"""``smelt doctor``: checks whether this machine can run smelt, and what is missing."""

from __future__ import annotations

import json
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version

import typer

from smelt.cli.options import DEFAULTS, AsJson, ConfigLayers, with_layers


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


@with_layers
def doctor(layers: ConfigLayers = DEFAULTS, as_json: AsJson = False) -> None:
    """Check Python, Java, Spark, Delta, the configuration, the warehouse and a session; exit 1 if one fails."""
    checks: list[tuple[str, bool, str]] = [
        (
            "python",
            (3, 11) <= sys.version_info[:2] <= _newest_python(),
            f"{platform.python_version()} ({sys.executable})",
        )
    ]
    for package in ("pyspark", "delta-spark", "pyarrow", "pandas"):
        try:
            checks.append((package, True, version(package)))
        except PackageNotFoundError:
            checks.append((package, False, "not installed"))
    checks += _java_and_delta()
    checks += _without_spark()
    checks += _configuration_and_session(layers)
    for name, good, said in checks:
        if as_json:
            typer.echo(json.dumps({"check": name, "ok": good, "detail": said}))
        else:
            typer.echo(f"{'ok  ' if good else 'FAIL'}  {name:<14} {said}")
    if not all(good for _, good, _ in checks):
        raise typer.Exit(1)


def _newest_python() -> tuple[int, int]:
    """The newest Python version that the installed Spark was tested with."""
    try:
        return (3, 13) if int(version("pyspark").split(".")[0]) >= 4 else (3, 12)
    except PackageNotFoundError:
        return (3, 13)


def _java_and_delta() -> list[tuple[str, bool, str]]:
    from smelt.errors import SmeltError
    from smelt.spark.delta_jars import delta_jars, delta_package
    from smelt.spark.java import find_java_home
    from smelt.spark.jvm import archive_options

    home = find_java_home()
    found = [("java", home is not None, home or "no Java 17; pip install 'smelt[jdk]' brings one")]
    try:
        package = delta_package()
        jars = delta_jars()
        where = (
            f"resolved, {len(jars)} jars"
            if jars
            else "not resolved yet: the first start needs a Maven repository"
        )
        found.append(("delta", True, f"{package}, {where}"))
    except SmeltError as error:
        found.append(("delta", False, str(error).splitlines()[0]))
    archive = (
        "there is one" if archive_options() else "none: starts take twice the time; make setup writes it"
    )
    found.append(("class archive", True, archive))
    return found


def _without_spark() -> list[tuple[str, bool, str]]:
    """The packages that `smelt sql` needs."""
    try:
        return [("sql", True, f"duckdb {version('duckdb')}, deltalake {version('deltalake')}")]
    except PackageNotFoundError as error:
        return [("sql", True, f"{error.name} is not installed: smelt sql needs pip install 'smelt[sql]'")]


def _configuration_and_session(
    layers: ConfigLayers,
) -> list[tuple[str, bool, str]]:
    from smelt.errors import SmeltError
    from smelt.pipeline.job import open_job
    from smelt.tables.stores import check_store

    try:
        config = layers.config()
    except SmeltError as error:
        return [("configuration", False, str(error))]
    found = [("configuration", True, f"{len(config.intake.sources)} sources")]
    began = time.monotonic()
    try:
        job = open_job(config)
        job.spark.range(1).collect()
        found.append(("session", True, f"Spark {job.spark.version} in {time.monotonic() - began:.1f} s"))
        job.warehouse.check_writable()
        found.append(("warehouse", True, job.warehouse.described))
        if not job.warehouse.catalog:
            found += check_store(job.warehouse)
    except SmeltError as error:
        found.append(("session", False, str(error)))
    return found
