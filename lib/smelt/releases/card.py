"""The dataset card: README.md with the YAML block for Hugging Face tools, then text for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from smelt.releases.manifest import Manifest
from smelt.releases.shapes import COLUMN_NOTES, Format, Shape, schema_of

SIZES = (
    *((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")),
    (10_000_000, "1M<n<10M"),
)
"""(upper bound in rows, exclusive; Hugging Face's size category)."""
LARGEST = "n>10M"

_LOADERS = {"jsonl": "json", "parquet": "parquet"}


def dataset_card(
    manifest: Manifest,
    rows: Mapping[str, int],
    *,
    file_format: Format,
    shape: Shape,
    attributions: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The text of README.md of an export; ``rows`` is split -> rows written.

    ``attributions`` are the rows of gold.attributions.
    """
    total = sum(rows.values())
    tables = [
        table(("split", "rows", "share", "fingerprint"), _split_rows(manifest, rows, total)),
        table(("column", "meaning"), [(name, COLUMN_NOTES[name]) for name in schema_of(shape).names]),
        table(("table", "version"), sorted(manifest.input_versions.items())),
    ]
    loader = _LOADERS[file_format]
    data_files = [{"split": split, "path": f"data/{split}-*.{file_format}"} for split in rows]
    head = front_matter(
        manifest.release,
        total,
        manifest.fingerprint,
        configs=[{"config_name": "default", "data_files": data_files}],
    )
    files = ", ".join(f'"{split}": "data/{split}-*.{file_format}"' for split in rows)
    return f"""---
{head}---

# {manifest.release}

{total:,} question/answer pairs from support tickets, chats, transcripts and articles, as {_SHAPE_NAMES[shape]}.
Made by smelt {manifest.code_version} on {manifest.created_at:%Y-%m-%d %H:%M} UTC.

{tables[0]}
The content's fingerprint is `{manifest.fingerprint}`: the same for the same rows, whatever their order or files.

## Loading

```python
from datasets import load_dataset

dataset = load_dataset("{loader}", data_files={{{files}}})
```

## Columns

{tables[1]}
## Splits

All that belongs together is in one split: a conversation, a customer, a cluster of near duplicates. What was in
the test split of an earlier release is in no train split of this one.

## Personal data

Texts were scrubbed before anything else read them: names, contact details, identity and account numbers,
secrets and the like are replaced by placeholders or invented values. Scrubbing is measured, not perfect; report
what you find. Free text may still tell who somebody is to those who know them.

{_attribution(attributions)}## Provenance

Run `{manifest.run_id}`, configuration `{manifest.config_hash}`. The release was made from these tables:

{tables[2]}"""


def _attribution(rows: Sequence[Mapping[str, Any]]) -> str:
    """The section on external rows, their owners and terms; empty if there are none."""
    if not rows:
        return ""
    lines = [
        (
            row["source"],
            f"{row['rows']:,}",
            row["licence"],
            ", ".join(row["obligations"]) or "none",
            row["attribution"],
        )
        for row in rows
    ]
    return f"""## Attribution

Some rows come from others. `ATTRIBUTION.md` credits them, and says what their licences ask of whoever hands them on.

{table(("source", "rows", "licence", "obligations", "credit"), lines)}
"""


_SHAPE_NAMES = {
    "messages": "chat messages",
    "prompt-completion": "conversational prompt and completion",
    "alpaca": "instruction, input and output",
}


def _split_rows(manifest: Manifest, rows: Mapping[str, int], total: int) -> list[tuple[object, ...]]:
    return [
        (split, f"{count:,}", f"{count / total:.1%}", f"`{manifest.split_fingerprints[split]}`")
        for split, count in rows.items()
    ]


def table(header: tuple[str, ...], lines: Sequence[tuple[object, ...]]) -> str:
    """A Markdown table, with pipes in cells escaped; empty text if there are no lines."""
    if not lines:
        return ""
    written = [header, tuple("---" for _ in header), *lines]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in written
    )


def front_matter(name: str, total: int, fingerprint: str | None, **more: object) -> str:
    """The YAML block at the start of a card; ``more`` are further fields of Hugging Face's dataset card metadata."""
    values = {
        "pretty_name": name,
        "license": "other",
        "license_name": "internal",
        "task_categories": ["text-generation", "question-answering"],
        "size_categories": [next((size for limit, size in SIZES if total < limit), LARGEST)],
        "tags": ["smelt", "customer-support", *([f"fingerprint:{fingerprint}"] if fingerprint else [])],
        **more,
    }
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
