"""docs/tables.md, generated from schemas/: ``make docs`` writes it, a test keeps it current."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from smelt.tables.contract import Contract, all_contracts
from smelt.tables.views import View, all_views

_HEAD = """\
# Tables

Generated from `schemas/` by `make docs`. Bronze is raw and restricted; from silver on nothing holds raw
personal data. Personal data classes: *direct* raw, *pseudonym* keyed hash, *scrubbed* text after
scrubbing, *none*.
"""


def tables_page(contracts: Iterable[Contract]) -> str:
    """The page as Markdown: one heading per table, one row per column."""
    parts = [_HEAD]
    for table in contracts:
        parts.append(
            f"\n## {table.table}\n\n{table.comment}\n\nKey: {', '.join(f'`{name}`' for name in table.key)}\n"
        )
        parts.append(
            "\n| column | type | null | personal data | meaning |\n| --- | --- | --- | --- | --- |\n"
        )
        parts += [
            f"| `{column.name}` | `{column.type}` | {'yes' if column.nullable else 'no'} | {column.pii} "
            f"| {_cell(column.comment)} |\n"
            for column in table.columns
        ]
        if table.checks:
            parts.append(
                "\nChecks: " + "; ".join(f"`{_cell(check.expression)}`" for check in table.checks) + "\n"
            )
    return "".join(parts)


_VIEWS = """
# Views

`smelt sql` knows them, `smelt register` makes them in a metastore or catalog; their text is in `schemas/views/`.
"""


def views_page(views: Iterable[View]) -> str:
    """The views as Markdown, laid out like :func:`tables_page`."""
    parts = [_VIEWS]
    for view in views:
        parts.append(f"\n## {view.view}\n\n{view.comment}\n")
        parts.append("\n| column | type | personal data | meaning |\n| --- | --- | --- | --- |\n")
        parts += [
            f"| `{column.name}` | `{column.type}` | {column.pii} | {_cell(column.comment)} |\n"
            for column in view.columns
        ]
    return "".join(parts)


def page() -> str:
    """The whole content of docs/tables.md."""
    return tables_page(all_contracts().values()) + views_page(all_views().values())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
