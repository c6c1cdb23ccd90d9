"""Views for common questions: schemas/views/*.yaml, documented like tables, one definition for every engine.

``sql`` is Spark SQL; where DuckDB's syntax differs (maps and lists), ``duckdb`` holds the same query for it. A test
runs both on the same tables and compares the results.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, Field, ValidationError

from smelt.errors import ContractError
from smelt.tables.contract import PiiClass

Dialect = Literal["spark", "duckdb"]


class ViewColumn(BaseModel, frozen=True, extra="forbid"):
    """One column of a view."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: str
    pii: PiiClass
    comment: str = Field(min_length=8)


class View(BaseModel, frozen=True, extra="forbid"):
    """One view as schemas/views declares it; ``reads`` are tables, never views."""

    view: str = Field(pattern=r"^[a-z]+\.[a-z][a-z0-9_]*$")
    comment: str = Field(min_length=20)
    reads: tuple[str, ...] = Field(min_length=1)
    columns: tuple[ViewColumn, ...] = Field(min_length=1)
    sql: str
    duckdb: str | None = None

    def text(self, dialect: Dialect) -> str:
        """The query in that dialect, with its tables written as {layer.table}."""
        return self.duckdb if dialect == "duckdb" and self.duckdb else self.sql

    def query(self, names: Mapping[str, str], dialect: Dialect) -> str:
        """The query with each {layer.table} replaced by its name in ``names``."""
        said = self.text(dialect).strip()
        for table in self.reads:
            said = said.replace(f"{{{table}}}", names[table])
        return said


@cache
def all_views() -> Mapping[str, View]:
    """Every view by name. Raises ContractError for an invalid file."""
    found = []
    for file in sorted(
        resources.files("smelt.schemas").joinpath("views").iterdir(), key=lambda file: file.name
    ):
        if not file.name.endswith(".yaml"):
            continue
        try:
            found.append(View.model_validate(yaml.safe_load(file.read_text("utf-8"))))
        except (ValidationError, yaml.YAMLError) as error:
            raise ContractError(
                f"schemas/views/{file.name} is not a valid view", str(error).splitlines()
            ) from None
    return {view.view: view for view in found}
