"""Attribution and obligations of external rows, for gold.attributions, the dataset card and exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from smelt.errors import SmeltError
from smelt.external.policy import OBLIGATIONS, Evidence

if TYPE_CHECKING:
    from smelt.tables.warehouse import Warehouse

TABLE = "gold.attributions"
COLUMNS = ("release", "source", "rows", "licence", "obligations", "attribution", "licence_hash", "retrieved")


class ExternalShareError(SmeltError):
    """Raised if the external share of a release exceeds ``external.max_share``."""


def check_share(rows: Mapping[str, int], evidence: Sequence[Evidence], max_share: float) -> None:
    """Raise ExternalShareError if external sources make up more than ``max_share`` of ``rows`` (source -> rows)."""
    names = {each.name for each in evidence}
    external, total = sum(count for source, count in rows.items() if source in names), sum(rows.values())
    if total and external / total > max_share:
        listed = ", ".join(f"{name} {rows[name]:,}" for name in sorted(names & rows.keys()))
        raise ExternalShareError(
            f"{external / total:.1%} of the release would be external ({listed}); external.max_share is {max_share:.1%}"
        )


def attribution_rows(
    release: str, rows: Mapping[str, int], evidence: Sequence[Evidence], run_id: str
) -> list[tuple[object, ...]]:
    """Rows of gold.attributions for the external sources with rows in a release."""
    return [
        (
            release, each.name, rows[each.name], each.source.licence, list(each.terms.obligations), each.attribution,
            each.licence_hash, each.source.retrieved, run_id,
            each.licence_text if "licence_text" in each.terms.obligations else None,
        )
        for each in evidence
        if rows.get(each.name)
    ]  # fmt: skip


def inherited(
    attributions: Sequence[Mapping[str, Any]], rows: Mapping[str, int], *, release: str, run_id: str
) -> list[tuple[object, ...]]:
    """Rows of gold.attributions for a successor release, from those of its predecessor; ``rows`` is source -> rows."""
    names = [name for name in COLUMNS if name not in ("release", "rows")]
    found = []
    for each in attributions:
        if rows.get(str(each["source"])):
            values = {name: each[name] for name in names} | {
                "release": release,
                "rows": rows[str(each["source"])],
            }
            found.append((*(values[name] for name in COLUMNS), run_id, each["licence_text"]))
    return found


def read_attributions(warehouse: Warehouse, release: str) -> list[dict[str, Any]]:
    """Rows of gold.attributions of a release, sorted by source, with COLUMNS and ``licence_text``."""
    rows = [row for row in warehouse.collect(TABLE, *COLUMNS, "licence_text") if row["release"] == release]
    return sorted(rows, key=lambda row: str(row["source"]))


def as_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Text of ATTRIBUTION.md of an export; empty if it has no external rows."""
    if not rows:
        return ""
    lines = ["# Attribution", "", "This data set holds material of others. Whoever hands it on must", ""]
    asked = [name for name in OBLIGATIONS if any(name in row["obligations"] for row in rows)]
    lines += [
        f"- {OBLIGATIONS[name]}: {', '.join(str(row['source']) for row in rows if name in row['obligations'])}"
        for name in asked
    ] or ["- nothing: its licences ask for nothing"]
    for row in rows:
        lines += [
            "",
            f"## {row['source']}",
            "",
            str(row["attribution"]),
            "",
            f"{row['rows']:,} rows, licence {row['licence']}, SHA-256 of its text {row['licence_hash']}.",
            *([f"Its text: `{licence_file(row)}`."] if row["licence_text"] else []),
        ]
    return "\n".join([*lines, ""])


def licence_file(row: Mapping[str, Any]) -> str:
    """Path, within an export, of the licence text of a row of gold.attributions."""
    return f"licences/{row['source']}.txt"
