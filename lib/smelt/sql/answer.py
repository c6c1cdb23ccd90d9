"""What a statement gave: named columns and rows of plain values, whichever engine it ran on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from smelt.errors import ProblemsError
from smelt.tables.contract import all_contracts
from smelt.tables.views import all_views


class SqlError(ProblemsError):
    """Raised when a statement cannot be parsed, resolved or run, or would change what is only to be read."""

    exit_code = 2


class Answer(NamedTuple):
    """Rows of one statement; ``is_cut`` says that there are more than were asked for."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    is_cut: bool


class Engine(Protocol):
    """Runs statements over the tables of one warehouse."""

    name: str

    def statements(self, script: str) -> Sequence[str]:
        """The statements of a script, without the semicolons between them; raises SqlError."""

    def run(self, statement: str, limit: int) -> Answer:
        """Run one; at most ``limit`` rows, all for 0. Raises SqlError."""

    def tables(self) -> Sequence[tuple[str, str]]:
        """(name, comment) of all tables and views that can be asked."""


def cut(columns: Sequence[str], rows: Iterable[Sequence[Any]], limit: int) -> Answer:
    """An answer of at most ``limit`` of ``rows``, which need not be read further; all of them for 0."""
    kept: list[Sequence[Any]] = []
    for row in rows:
        if limit and len(kept) == limit:
            return Answer(columns, kept, True)
        kept.append(row)
    return Answer(columns, kept, False)


def shown(engine: Engine, statement: str) -> Answer | None:
    """SHOW TABLES and DESCRIBE layer.table, alike on every engine and with the comments; None for all else."""
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
