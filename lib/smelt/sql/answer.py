"""The result of a statement, independent of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from smelt.errors import ProblemsError
from smelt.tables.contract import all_contracts
from smelt.tables.views import all_views


class SqlError(ProblemsError):
    """Raised when a statement cannot be parsed, resolved or run, or would change something read-only."""

    exit_code = 2


class Answer(NamedTuple):
    """Columns and rows of plain values; ``is_cut``: there are more rows than the limit."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    is_cut: bool


class Engine(Protocol):
    """Runs statements over the tables of one warehouse."""

    name: str

    def statements(self, script: str) -> Sequence[str]:
        """Split a script at its semicolons. Raises SqlError."""

    def run(self, statement: str, limit: int) -> Answer:
        """Run one statement; returns at most ``limit`` rows (0: all). Raises SqlError."""

    def tables(self) -> Sequence[tuple[str, str]]:
        """(name, comment) of all tables and views that can be queried."""


def cut(columns: Sequence[str], rows: Iterable[Sequence[Any]], limit: int) -> Answer:
    """An answer with the first ``limit`` of ``rows`` (0: all); reads at most one row more."""
    kept: list[Sequence[Any]] = []
    for row in rows:
        if limit and len(kept) == limit:
            return Answer(columns, kept, True)
        kept.append(row)
    return Answer(columns, kept, False)


def shown(engine: Engine, statement: str) -> Answer | None:
    """Answer SHOW TABLES and DESCRIBE layer.table, with comments and the same on every engine; None for other
    statements."""
    words = statement.replace("`", "").replace('"', "").lower().split()
    if words in (["show", "tables"], ["show", "all", "tables"]):
        return Answer(("table", "comment"), list(engine.tables()), False)
    if len(words) < 2 or words[0] not in ("describe", "desc") or words[-1] not in dict(engine.tables()):
        return None
    declared = all_contracts().get(words[-1])
    columns = declared.columns if declared else all_views()[words[-1]].columns
    return Answer(
        ("column", "type", "personal_data", "comment"),
        [(column.name, column.type, column.pii, column.comment) for column in columns],
        False,
    )


READ_ONLY = "tables are only read here; `smelt sql --engine spark --write` may change them, releases excepted"
