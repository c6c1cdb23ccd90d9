"""Views for the usual questions: schemas/views/*.yaml, documented like tables, one text for every engine.

``sql`` is Spark SQL; where DuckDB writes something otherwise (maps and lists), ``duckdb`` says the same for it. A test
runs both on the same tables and compares.
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
        """The query, its tables as {layer.table}."""
        return self.duckdb if dialect == "duckdb" and self.duckdb else self.sql

    def query(self, names: Mapping[str, str], dialect: Dialect) -> str:
        """The query with the tables named as the engine knows them."""
        said = self.text(dialect).strip()
        for table in self.reads:
            said = said.replace(f"{{{table}}}", names[table])
        return said


@cache
def all_views() -> Mapping[str, View]:
    """Every view by name; raises ContractError for a file that is not one."""
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
