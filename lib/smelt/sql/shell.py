"""The interactive shell: statements end with a semicolon; persistent history; completion of tables and columns."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from smelt.errors import MissingExtra, SmeltError
from smelt.tables.contract import all_contracts
from smelt.tables.views import all_views

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from smelt.sql.answer import Engine

HELP = """\
End a statement with a semicolon; it may take several lines.
  \\d            all tables and views        \\d layer.table   its columns
  \\f table, \\f csv, \\f json   how answers are shown
  \\q or Ctrl-D  leave                       Ctrl-R           search the history
"""


def history_file() -> Path:
    """The history file, readable only by the user, since statements may contain personal data."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    file = state / "smelt" / "sql_history"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    file.chmod(0o600)
    return file


def run_shell(
    engine: Engine,
    show: Callable[[str, str | None], None],
    say: Callable[[str], None],
    session: PromptSession[str] | None = None,
) -> None:
    """Read and run statements until the user leaves. ``show(statement, format)`` runs one and may raise SmeltError."""
    session = session or _session(engine)
    say(f"smelt sql on {engine.name}; \\? helps, \\q leaves")
    form: str | None = None
    waiting = ""
    while True:
        try:
            line = session.prompt("      -> " if waiting else "smelt => ")
        except KeyboardInterrupt:
            waiting = ""
            continue
        except EOFError:
            return
        command = line.strip()
        if not waiting and command.startswith("\\"):
            word, _, rest = command[1:].partition(" ")
            if word == "q":
                return
            if word == "f" and rest.strip() in ("table", "csv", "json"):
                form = rest.strip()
                continue
            if word != "d":
                say(HELP)
                continue
            line = f"DESCRIBE {rest.strip()};" if rest.strip() else "SHOW TABLES;"
        waiting = f"{waiting}\n{line}" if waiting else line
        if not waiting.strip():
            waiting = ""
        if not waiting.rstrip().endswith(";"):
            continue
        script, waiting = waiting, ""
        try:
            for statement in engine.statements(script):
                show(statement, form)
        except SmeltError as error:
            say(str(error))
        except KeyboardInterrupt:
            say("stopped")


def words_to_complete(engine: Engine) -> list[str]:
    """Words for completion: tables, views, their columns, and SQL keywords that begin queries."""
    names = dict(engine.tables())
    columns = {
        column.name
        for name in names
        for column in (
            all_contracts()[name].columns if name in all_contracts() else all_views()[name].columns
        )
    }
    return [*names, *sorted(columns), "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "count(*)"]


def _session(engine: Engine) -> PromptSession[str]:
    try:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.history import FileHistory
        from prompt_toolkit.lexers import PygmentsLexer
        from pygments.lexers.sql import SqlLexer
    except ImportError:
        raise MissingExtra("prompt_toolkit", "sql") from None
    import re

    return PromptSession(
        history=FileHistory(str(history_file())),
        completer=WordCompleter(words_to_complete(engine), ignore_case=True, pattern=re.compile(r"[\w.]+")),
        lexer=PygmentsLexer(SqlLexer),
        complete_while_typing=False,
    )
