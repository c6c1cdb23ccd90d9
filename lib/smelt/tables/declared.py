"""Tables that are created from their contracts and compared with them, before their first use in a run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

from smelt.errors import ContractError
from smelt.tables import arrow_writes, delta_writes
from smelt.tables.contract import contract
from smelt.tables.lease.terms import APPENDED_BY_ALL, WAIT_SECONDS
from smelt.tables.writer import LeasedTables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from pyspark.sql.types import StructType
    from typing_extensions import Unpack

    from smelt.tables.location import Place


class DeclaredTables(LeasedTables):
    """Tables of one warehouse, as schemas/ declares them."""

    def __init__(
        self, spark: SparkSession, *, wait_seconds: float = WAIT_SECONDS, **place: Unpack[Place]
    ) -> None:
        super().__init__(spark, wait_seconds=wait_seconds, **place)
        self._checked: set[str] = set()
        self._locks: dict[str, Lock] = {}
        self._empty: set[str] = set()
        """Tables that this object created and nobody has written to: a first write needs no comparison with existing
        rows."""

    def check(self, *tables: str) -> None:
        """Compare existing tables with their contracts, repairing what :meth:`create` can.

        Raises ContractError with every difference that is left.
        """
        self.create(*(table for table in tables if self.exists(table)))

    def create(self, *tables: str) -> None:
        """Create missing tables from their contracts and compare existing ones; in parallel, once per table.

        Thread-safe. Raises ContractError with every difference that cannot be repaired without rewriting rows.
        """
        wanted = [table for table in dict.fromkeys(tables) if table not in self._checked]
        if not wanted:
            return
        if all(table in APPENDED_BY_ALL for table in wanted):
            self._create(wanted)
        else:
            with self.writing("making tables"):
                self._create(wanted)

    def _create(self, wanted: Sequence[str]) -> None:
        if self.catalog:
            for layer in sorted({table.split(".")[0] for table in wanted}):
                self.create_schema(layer)
        with ThreadPoolExecutor(max_workers=4) as pool:
            problems = [problem for found in pool.map(self._create_once, wanted) for problem in found]
        if problems:
            raise ContractError("tables differ from their contracts in schemas/", problems)

    def _create_once(self, table: str) -> list[str]:
        with self._locks.setdefault(table, Lock()):
            problems = [] if table in self._checked else self._create_or_compare(table)
            if not problems:
                self._checked.add(table)
            return problems

    def _create_or_compare(self, table: str) -> list[str]:
        """Create the table, or repair what needs no rewriting of rows: comments, checks, later columns.

        Returns the remaining differences.
        """
        declared = contract(table)
        identifier = self.identifier(table)
        if not self.exists(table):
            if self.is_on_disk:
                delta_writes.remove_unborn(self.location(table))
            if not (self.is_on_disk and delta_writes.create_table(self.location(table), declared)):
                # A catalog may refuse such properties: there ADD CONSTRAINT is the documented way.
                self.spark.sql(declared.create_statement(identifier, checked=not self.catalog))
            self._empty.add(table)
            missing = declared.checks if self.catalog else ()
        else:
            schema, properties = self._metadata(table)
            later = declared.later_columns(schema)
            is_here = self._is_written_here(table)
            if later:  # a table made by an earlier version of smelt
                if is_here:
                    arrow_writes.add_columns(self.location(table), declared)
                else:
                    self.spark.sql(f"ALTER TABLE {identifier} ADD COLUMNS ({later})")
                schema, properties = self._metadata(table)
            problems = declared.differences(schema, properties, cosmetic=False)
            if problems:
                return [f"{table}: {problem}" for problem in problems]
            if is_here:
                arrow_writes.set_comments(self.location(table), declared.other_comments(schema))
            else:
                for statement in declared.comment_statements(identifier, schema):
                    self.spark.sql(statement)
            # After a crash between CREATE and the last ADD CONSTRAINT, checks are missing: add them.
            missing = tuple(c for c in declared.checks if f"delta.constraints.{c.name}" not in properties)
        for check in missing:
            self.spark.sql(f"ALTER TABLE {identifier} ADD CONSTRAINT {check.name} CHECK ({check.expression})")
        return []

    def _metadata(self, table: str) -> tuple[StructType, Mapping[str, str]]:
        """Schema and properties of a table that exists."""
        from pyspark.sql.types import StructType

        said = self._snapshot(table)
        if said is not None:
            return StructType.fromJson(json.loads(said.schema)), said.properties
        return self.read(table).schema, self._properties(table)

    def _properties(self, table: str) -> Mapping[str, str]:
        said = self._snapshot(table)
        if said is not None:
            return said.properties
        # DESCRIBE DETAIL would read the table's whole state; this reads only the newest metadata.
        rows = self.spark.sql(f"SHOW TBLPROPERTIES {self.identifier(table)}").collect()
        return {row["key"]: row["value"] for row in rows}

    def properties(self, table: str) -> Mapping[str, str]:
        """The properties of a table; none where there is no table."""
        return self._metadata(table)[1] if self.exists(table) else {}

    def has_column(self, table: str, column: str) -> bool:
        """Whether an existing table has the column; True if there is no table.

        Old tables get new columns at the first write.
        """
        return not self.exists(table) or column in self._metadata(table)[0].fieldNames()

    def compare(self, table: str) -> list[str]:
        """Every difference of an existing table from its contract."""
        return contract(table).differences(*self._metadata(table))
