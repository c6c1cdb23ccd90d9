"""Where the tables of a warehouse are: folders below a root, or three-level names in a catalog."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypedDict

from smelt.errors import EnvironmentProblem
from smelt.tables.filesystem import has_scheme, local_path

LAYERS = ("bronze", "silver", "gold", "ops")


class Place(TypedDict, total=False):
    """Location of a warehouse: the arguments of :class:`TablePlaces`."""

    root: str
    catalog: str | None
    schema_prefix: str


def resolved(root: str, filesystem: str) -> str:
    """``root`` in a form that means the same to Spark and to this process: a local folder, or a URI.

    ``filesystem`` is the prefix that Spark gives a path without a scheme (``file:``, ``hdfs://namenode:8020``).
    Raises EnvironmentProblem if ``root`` has no scheme, Spark would look elsewhere, and this disk holds tables there.
    """
    local = local_path(root)
    if local is None:
        return root.rstrip("/")
    folder = os.path.abspath(local)
    if filesystem == "file:":
        return folder
    if has_scheme(root):
        return f"file://{folder}"
    held = [layer for layer in LAYERS if Path(folder, layer).is_dir()]
    if held:
        raise EnvironmentProblem(
            f"warehouse.root {root} means two places",
            [
                f"Spark takes it for {filesystem}{folder}, as fs.defaultFS says",
                f"there are tables in {folder} on this machine's disk ({', '.join(held)})",
                f"write which one is meant: {filesystem}{folder} or file://{folder}",
            ],
        )
    return f"{filesystem}{folder}"


class TablePlaces:
    """Names and folders of the tables of one warehouse."""

    def __init__(
        self, *, root: str = "warehouse", catalog: str | None = None, schema_prefix: str = ""
    ) -> None:
        self.catalog = catalog
        self.schema_prefix = schema_prefix
        self.root = root

    def identifier(self, table: str) -> str:
        """The table's name in SQL: catalog.schema.table, or delta.`path`."""
        layer, name = table.split(".")
        if self.catalog:
            return f"`{self.catalog}`.`{self.schema_prefix}{layer}`.`{name}`"
        return f"delta.`{self.location(table).replace('`', '``')}`"

    def location(self, table: str) -> str:
        """The folder of a path-based table."""
        layer, name = table.split(".")
        return f"{self.root}/{layer}/{name}"

    @property
    def described(self) -> str:
        """Where the tables are, for messages: ``below /data/warehouse`` or ``in catalog main``."""
        return f"in catalog {self.catalog}" if self.catalog else f"below {self.root}"

    @property
    def is_on_disk(self) -> bool:
        """Whether the tables are folders on this machine's disk."""
        return not self.catalog and not has_scheme(self.root)

    @property
    def is_on_s3(self) -> bool:
        """Whether the tables are on S3 outside Databricks, where concurrent Delta commits do not exclude each other."""
        scheme = self.root.partition("://")[0]
        is_plain = not self.catalog and scheme in ("s3a", "s3", "s3n")
        return is_plain and not os.environ.get("DATABRICKS_RUNTIME_VERSION")
