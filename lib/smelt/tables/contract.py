"""Table contracts: the YAML files in schemas/ are the only definition of tables and columns.

A contract yields a table's DDL, comments and CHECK constraints, and lists how an existing table differs from it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from smelt.errors import ContractError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

PiiClass = Literal["none", "pseudonym", "scrubbed", "direct"]
"""none: no personal data. pseudonym: a keyed hash. scrubbed: text after scrubbing. direct: raw personal data."""

BRONZE = ("bronze.tickets", "bronze.chats", "bronze.transcripts", "bronze.articles", "bronze.external")
"""The raw tables of records, one per kind of source."""

_STATISTICS_TYPES = ("string", "int", "bigint", "double", "timestamp", "date")


_NAMES_ROWS = re.compile(r"^(?!run_id$).*_(id|key|hash|file|position)$")


class Column(BaseModel, frozen=True, extra="forbid"):
    """One column: ``type`` as Spark prints it (bigint, array<struct<a:string>>); ``comment`` is for SQL users."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: str = Field(pattern=r"^[a-z][a-z0-9_<>:,()]*$")
    nullable: bool = True
    pii: PiiClass
    comment: str = Field(min_length=8)


class Check(BaseModel, frozen=True, extra="forbid"):
    """A CHECK constraint that Delta enforces on every write."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    expression: str


class Contract(BaseModel, frozen=True, extra="forbid"):
    """One table as schemas/ declares it."""

    table: str = Field(pattern=r"^[a-z]+\.[a-z][a-z0-9_]*$")
    comment: str = Field(min_length=20)
    key: tuple[str, ...]
    cluster_by: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()
    columns: tuple[Column, ...]
    checks: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _names_its_own_columns(self) -> Self:
        names = [column.name for column in self.columns]
        problems = [
            f"column {name} is declared twice" for name in sorted({n for n in names if names.count(n) > 1})
        ]
        for label, used in (
            ("key", self.key),
            ("cluster_by", self.cluster_by),
            ("partition_by", self.partition_by),
        ):
            problems += [f"{label} names {name}, which is no column" for name in used if name not in names]
        problems += [
            f"cluster_by names {name}, of which the log keeps no statistics: it names rows or holds text"
            for name in self.cluster_by
            if name in names and name not in self.statistics_columns()
        ]
        if self.cluster_by and self.partition_by:
            problems.append("cluster_by and partition_by exclude each other")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def layer(self) -> str:
        """bronze, silver, gold or ops."""
        return self.table.split(".")[0]

    @property
    def name(self) -> str:
        """The table's name without its layer."""
        return self.table.split(".")[1]

    @property
    def column_names(self) -> list[str]:
        """Columns in the order of the contract."""
        return [column.name for column in self.columns]

    def ddl_schema(self) -> str:
        """``name TYPE NOT NULL COMMENT '...'`` for every column, as CREATE TABLE takes it."""
        return ",\n  ".join(
            f"`{column.name}` {column.type}{'' if column.nullable else ' NOT NULL'} COMMENT {quoted(column.comment)}"
            for column in self.columns
        )

    def ddl(self, *names: str, without: Collection[str] = ()) -> str:
        """``name type`` of the columns ``names`` in that order (default: all), except those in ``without``."""
        return ", ".join(f"`{name}` {kind}" for name, kind in self._types(names, without))

    def arrow_schema(self, *names: str, without: Collection[str] = ()) -> pa.Schema:
        """The columns of :meth:`ddl` as an Arrow schema; timestamps are in microseconds, UTC."""
        import pyarrow as pa

        from smelt.tables.arrow_types import arrow_type

        return pa.schema([(name, arrow_type(kind)) for name, kind in self._types(names, without)])

    def commented_schema(self) -> pa.Schema:
        """The Arrow schema of all columns with nullability, and comments in the field metadata, where Delta keeps
        them."""
        import pyarrow as pa

        from smelt.tables.arrow_types import arrow_type

        return pa.schema(
            [
                pa.field(c.name, arrow_type(c.type), c.nullable, metadata={"comment": c.comment})
                for c in self.columns
            ]
        )

    def _types(self, names: Sequence[str], without: Collection[str]) -> list[tuple[str, str]]:
        known = {column.name: column.type for column in self.columns}
        return [(name, known[name]) for name in names or known if name not in without]

    def create_statement(self, identifier: str, *, clustered: bool = True, checked: bool = True) -> str:
        """CREATE TABLE IF NOT EXISTS with comments, properties, clustering and, if ``checked``, the checks.

        A CHECK given as a table property needs no commit of its own, unlike ADD CONSTRAINT afterwards.
        """
        properties = self.properties(checked=checked)
        rendered = ", ".join(f"{quoted(key)} = {quoted(value)}" for key, value in properties.items())
        layout = ""
        if self.partition_by:
            layout = f"\nPARTITIONED BY ({', '.join(self.partition_by)})"
        elif self.cluster_by and clustered:
            layout = f"\nCLUSTER BY ({', '.join(self.cluster_by)})"
        return (
            f"CREATE TABLE IF NOT EXISTS {identifier} (\n  {self.ddl_schema()}\n) USING delta{layout}\n"
            f"COMMENT {quoted(self.comment)}\nTBLPROPERTIES ({rendered})"
        )

    def properties(self, *, checked: bool = True) -> dict[str, str]:
        """The table's Delta properties, with its CHECK constraints if ``checked``.

        Statistics are limited to :meth:`statistics_columns`, since a min/max in the Delta log outlives a deleted row.
        """
        properties = {
            "delta.enableDeletionVectors": "false",
            "delta.columnMapping.mode": "none",
            # a run makes few commits per table, and a checkpoint costs as much as five commits
            "delta.checkpointInterval": "50",
            "delta.dataSkippingStatsColumns": ",".join(self.statistics_columns()),
            "smelt.contract": self.table,
        }
        if checked:
            properties |= {f"delta.constraints.{check.name}": check.expression for check in self.checks}
        return properties

    def statistics_columns(self) -> list[str]:
        """Columns whose minimum and maximum may stand in the Delta log, which outlives a deleted row.

        They hold no personal data, no long text, and nothing that identifies a record or a text, hashes included.
        """
        safe = [
            column.name
            for column in self.columns
            if column.pii == "none"
            and column.type.lower() in _STATISTICS_TYPES
            and not (column.type.lower() == "string" and _NAMES_ROWS.search(column.name))
            and column.name not in self.partition_by
        ]
        return safe[:16]

    def conform(self, df: DataFrame, columns: Sequence[str] | None = None) -> DataFrame:
        """Select the contract's columns in its order, cast to its types.

        ``columns`` are those of ``df``, if known: over Spark Connect, asking for them is a request that analyses the
        whole plan. Raises ContractError naming every missing column.
        """
        from pyspark.sql import functions as F

        held = df.columns if columns is None else columns
        missing = [name for name in self.column_names if name not in held]
        extra = [name for name in held if name not in self.column_names]
        if missing or extra:
            raise ContractError(
                f"rows for {self.table} do not fit its contract",
                [f"column {name} is missing" for name in missing]
                + [f"column {name} is not in the contract" for name in extra],
            )
        return df.select(
            *(F.col(column.name).cast(column.type).alias(column.name) for column in self.columns)
        )

    def later_columns(self, schema: StructType) -> str:
        """DDL of the contract's nullable columns that the existing table, made by an earlier version, lacks."""
        real = {field.name for field in schema.fields}
        return ", ".join(
            f"`{column.name}` {column.type} COMMENT {quoted(column.comment)}"
            for column in self.columns
            if column.nullable and column.name not in real
        )

    def comment_statements(self, identifier: str, schema: StructType) -> list[str]:
        """ALTER statements that set an existing table's column comments to those of the contract."""
        return [
            f"ALTER TABLE {identifier} ALTER COLUMN `{name}` COMMENT {quoted(comment)}"
            for name, comment in self.other_comments(schema).items()
        ]

    def other_comments(self, schema: StructType) -> dict[str, str]:
        """The contract's comment for each column whose comment in an existing table differs."""
        real = {field.name: (field.metadata or {}).get("comment", "") for field in schema.fields}
        return {c.name: c.comment for c in self.columns if real.get(c.name, c.comment) != c.comment}

    def differences(
        self, schema: StructType, properties: Mapping[str, str], *, cosmetic: bool = True
    ) -> list[str]:
        """List every difference of an existing table from the contract: columns, types, nullability, comments, checks.

        Without ``cosmetic``, comments and checks are left out: the next run repairs them by itself.
        """
        found: list[str] = []
        real = {field.name: field for field in schema.fields}
        for column in self.columns:
            field = real.pop(column.name, None)
            if field is None:
                found.append(f"column {column.name} is missing")
                continue
            if field.dataType.simpleString() != column.type:
                found.append(f"column {column.name} is {field.dataType.simpleString()}, not {column.type}")
            if field.nullable != column.nullable:
                found.append(f"column {column.name} is {'nullable' if field.nullable else 'not nullable'}")
            if cosmetic and (field.metadata or {}).get("comment", "") != column.comment:
                found.append(f"column {column.name} has another comment")
        found += [f"column {name} is not in the contract" for name in sorted(real)]
        for check in self.checks if cosmetic else ():
            if f"delta.constraints.{check.name}" not in properties:
                found.append(f"check {check.name} is not enforced")
        return found


def quoted(text: str) -> str:
    """``text`` as a Spark SQL string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _read(text: str, origin: str) -> Contract:
    import yaml  # imported here: workers that are sent a contract need no YAML parser

    try:
        return Contract.model_validate(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except ValidationError as error:
        problems = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise ContractError(f"{origin} is not a valid contract", problems) from None
    except yaml.YAMLError as error:
        raise ContractError(f"{origin} is not valid YAML", [str(error)]) from None


@cache
def all_contracts() -> Mapping[str, Contract]:
    """Every contract of the package by table name, in the order bronze, silver, gold, ops."""
    order = {"bronze": 0, "silver": 1, "gold": 2, "ops": 3}
    files = resources.files("smelt.schemas").iterdir()
    found = [
        _read(file.read_text("utf-8"), f"schemas/{file.name}")
        for file in files
        if file.name.endswith(".yaml")
    ]
    found.sort(key=lambda contract: (order.get(contract.layer, 9), contract.table))
    return {contract.table: contract for contract in found}


@cache
def contract(table: str) -> Contract:
    """The contract of ``table``, read from schemas/. Raises ContractError listing the known tables."""
    file = resources.files("smelt.schemas") / f"{table}.yaml"
    if not file.is_file():
        raise ContractError(f"no contract for {table}", [f"known: {', '.join(all_contracts())}"])
    return _read(file.read_text("utf-8"), f"schemas/{file.name}")
