"""Names of tables in a catalog: ``gold.releases`` means the same table wherever the warehouse's schemas are."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def qualified(statement: str, names: Mapping[str, Callable[[], str]]) -> str:
    """``statement`` with each ``layer.table`` of ``names`` replaced by its name there; catalog.layer.table stays.

    The name of a table is asked for where it is met only. Texts and comments stay as they are. Raises
    sqlglot.errors.SqlglotError if ``statement`` cannot be tokenized.
    """
    from sqlglot import tokenize

    tokens = tokenize(statement, read="spark")
    made, copied, at = "", 0, 0
    while at + 2 < len(tokens):
        layer, dot, table = tokens[at : at + 3]
        name = f"{layer.text}.{table.text}".lower()
        is_whole = at == 0 or tokens[at - 1].token_type.name != "DOT"
        if dot.token_type.name == "DOT" and is_whole and name in names:
            made += statement[copied : layer.start] + names[name]()
            copied, at = table.end + 1, at + 3
        else:
            at += 1
    return made + statement[copied:]
