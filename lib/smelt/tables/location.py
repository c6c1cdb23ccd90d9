"""Where the tables of a warehouse are: in folders below a root, or in a catalog under three-level names."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from smelt.errors import EnvironmentProblem


class Place(TypedDict, total=False):
    """What says where a warehouse is, as :class:`TablePlaces` takes it."""

    root: str
    catalog: str | None
    schema_prefix: str


class TablePlaces:
    """Names and folders of the tables of one warehouse."""

    def __init__(
        self, *, root: str = "warehouse", catalog: str | None = None, schema_prefix: str = ""
    ) -> None:
        self.catalog = catalog
        self.schema_prefix = schema_prefix
        self.root = root if "://" in root else str(Path(root).resolve())

    def identifier(self, table: str) -> str:
        """How SQL names the table: catalog.schema.table, or delta.`path`."""
        layer, name = table.split(".")
        if self.catalog:
            return f"`{self.catalog}`.`{self.schema_prefix}{layer}`.`{name}`"
        return f"delta.`{self.location(table)}`"

    def location(self, table: str) -> str:
        """The folder of a path-based table."""
        layer, name = table.split(".")
        return f"{self.root}/{layer}/{name}"

    @property
    def is_on_disk(self) -> bool:
        """Whether tables are folders that this process can look into."""
        return not self.catalog and "://" not in self.root

    def check_writable(self) -> None:
        """Raise EnvironmentProblem when a local root cannot be written, before any work is done."""
        if not self.is_on_disk:
            return
        root = Path(self.root)
        try:
            root.mkdir(parents=True, exist_ok=True)
            probe = root / ".smelt-probe"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise EnvironmentProblem(
                f"the warehouse {self.root} cannot be written", [error.strerror or "unknown reason"]
            ) from None
