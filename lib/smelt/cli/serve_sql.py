"""``smelt serve-sql``: the tables for JDBC and ODBC clients, through the Spark Thrift Server."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from smelt.cli.options import Conf, Env, Settings, configured
from smelt.errors import ConfigError, EnvironmentProblem

TLS = "spark.hadoop.hive.server2.use.SSL"
AUTHENTICATION = "spark.hadoop.hive.server2.authentication"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve-sql")(serve_sql)


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
    conf: Conf = None,
    env: Env = None,
    settings: Settings = None,
) -> None:
    """Serve tables and views to JDBC and ODBC clients (DBeaver, Tableau, Power BI, beeline), until Ctrl-C.

    They are only read: a statement that changes something, names a file or a table of bronze, or calls Java, is
    refused. Clients log in with name and password; where hive.server2.authentication is set among spark.settings
    (LDAP, KERBEROS), as that says. Any other address than this machine's asks for TLS (hive.server2.use.SSL).
    """
    if add_user is not None:
        _add_user(users, add_user)
        return
    from smelt.sql.server import schemas_shown, show_tables
    from smelt.sql.users import user_names

    config = configured(conf, env, settings)
    given = config.spark.settings
    problems = []
    has_own = given.get(AUTHENTICATION, "NONE").upper() not in ("NONE", "NOSASL")
    if users is None and not has_own:
        problems.append("nobody could log in: --users FILE, or LDAP or KERBEROS in spark.settings")
    if not is_loopback(host) and given.get(TLS, "false") != "true":
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
