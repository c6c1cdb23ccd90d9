"""``smelt serve-sql``: the tables for JDBC and ODBC clients, through the Spark Thrift Server."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.options import DEFAULTS, ConfigLayers, with_layers
from smelt.errors import ConfigError, EnvironmentProblem

_SERVER = "spark.hadoop.hive.server2."
TLS = f"{_SERVER}use.SSL"
AUTHENTICATION = f"{_SERVER}authentication"
NEEDED = {
    "LDAP": (f"{AUTHENTICATION}.ldap.url",),
    "KERBEROS": (f"{AUTHENTICATION}.kerberos.principal", f"{AUTHENTICATION}.kerberos.keytab"),
    "CUSTOM": (f"{_SERVER}custom.authentication.class",),
}
"""Way of authentication -> settings without which nobody could log in."""

_KEYSTORE = f"{_SERVER}keystore."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve-sql")(serve_sql)


@with_layers
def serve_sql(
    users: Annotated[
        Path | None,
        typer.Option("--users", metavar="FILE", help="Who may log in; --add-user writes it."),
    ] = None,
    add_user: Annotated[
        str | None,
        typer.Option(
            "--add-user", metavar="NAME", help="Add a user to --users, ask for the password, and end."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 10_000,
    layers: ConfigLayers = DEFAULTS,
) -> None:
    """Serve tables and views to JDBC and ODBC clients (DBeaver, Tableau, Power BI, beeline), until Ctrl-C.

    They are only read: a statement that changes something, names a file or a table of bronze, or calls Java, is
    refused. Clients log in with a name and password of --users, or by LDAP or Kerberos if spark.settings set
    hive.server2.authentication. Listening at another address than this machine's needs TLS (hive.server2.use.SSL).
    """
    if add_user is not None:
        _add_user(users, add_user)
        return
    from smelt.sql.server import schemas_shown, show_tables
    from smelt.sql.users import user_names

    config = layers.config()
    given = config.spark.settings
    problems = list(half_set(given, has_users=users is not None))
    if not is_loopback(host) and given.get(TLS, "false").lower() != "true":
        problems.append(f"passwords and rows would travel in the clear to {host}: set {TLS} and a keystore")
    if config.warehouse.catalog:
        problems.append(
            f"tables in the catalog {config.warehouse.catalog} are served by the catalog's own engine"
        )
    if problems:
        raise ConfigError("the SQL server cannot be started", problems)
    known = user_names(users) if users is not None else []
    _check_free(host, port)

    from smelt.pipeline.job import open_job
    from smelt.spark.thrift import serve, thrift_session

    session = thrift_session(config.spark, host=host, port=port, users=users)
    count = show_tables(open_job(config, spark=session).warehouse)
    serve(session, schemas_shown())
    who = f", {len(known)} users" if known else ""
    typer.echo(f"{count} tables and views at jdbc:hive2://{host}:{port}{who}; Ctrl-C stops")
    sys.stdout.flush()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        signal.pause()
    finally:
        session.stop()


def half_set(given: Mapping[str, str], *, has_users: bool) -> Iterator[str]:
    """What is missing or contradicts in the settings of authentication and TLS, a sentence each."""
    way = given.get(AUTHENTICATION, "NONE").upper()
    if way in ("NONE", "NOSASL"):
        if not has_users:
            yield "nobody could log in: --users FILE, or LDAP or KERBEROS in spark.settings"
    elif way not in NEEDED:
        yield f"{AUTHENTICATION} is {way}, which is none of {', '.join(NEEDED)}"
    elif has_users:
        yield f"--users and {AUTHENTICATION} {way}: who may log in is said twice"
    else:
        yield from (
            f"{AUTHENTICATION} is {way}: set {name}, too" for name in NEEDED[way] if not given.get(name)
        )
    if given.get(TLS, "false").lower() != "true":
        yield from (
            f"{name} is set, but {TLS} is not true" for name in sorted(given) if name.startswith(_KEYSTORE)
        )
        return
    store = given.get(f"{_KEYSTORE}path")
    if not store:
        yield f"{TLS} is true: set {_KEYSTORE}path, too"
    elif not Path(store).is_file():
        yield f"{_KEYSTORE}path: there is no file {store}"
    if not given.get(f"{_KEYSTORE}password"):
        yield f"{TLS} is true: set {_KEYSTORE}password, too"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _add_user(users: Path | None, name: str) -> None:
    from smelt.sql.users import put_user

    if users is None:
        raise typer.BadParameter("needs --users FILE", param_hint="--add-user")
    password = (
        typer.prompt("password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    put_user(users, name, password)
    typer.echo(f"{name} may log in")


def _check_free(host: str, port: int) -> None:
    """Raise EnvironmentProblem if the port is in use, before Spark starts, whose own error is slow and long."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise EnvironmentProblem(
                f"{host}:{port} cannot be listened at", [error.strerror or "unknown reason"]
            ) from None
