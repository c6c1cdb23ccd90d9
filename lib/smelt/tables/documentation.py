"""docs/tables.md, generated from schemas/: ``make docs`` writes it, a test keeps it current."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from smelt.tables.contract import Contract, all_contracts

_HEAD = """\
# Tables

Generated from `schemas/` by `make docs`. Bronze is raw and restricted; from silver on nothing holds raw
personal data. Personal data classes: *direct* raw, *pseudonym* keyed hash, *scrubbed* text after
scrubbing, *none*.
"""


def tables_page(contracts: Iterable[Contract]) -> str:
    """The page as Markdown: a heading a table, a row a column."""
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


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(tables_page(all_contracts().values()), "utf-8")
