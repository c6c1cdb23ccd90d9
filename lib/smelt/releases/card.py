"""The dataset card: README.md with the YAML block that Hugging Face tools read, then what a person asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from smelt.releases.manifest import Manifest
from smelt.releases.shapes import COLUMN_NOTES, Format, Shape, schema_of

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

_LOADERS = {"jsonl": "json", "parquet": "parquet"}


def dataset_card(manifest: Manifest, rows: Mapping[str, int], *, file_format: Format, shape: Shape) -> str:
    """The whole README.md of an export; ``rows`` are those written, by split."""
    total = sum(rows.values())
    tables = [
        _table(("split", "rows", "share", "fingerprint"), _split_rows(manifest, rows, total)),
        _table(("column", "meaning"), [(name, COLUMN_NOTES[name]) for name in schema_of(shape).names]),
        _table(("table", "version"), sorted(manifest.input_versions.items())),
    ]
    loader = _LOADERS[file_format]
    files = ", ".join(f'"{split}": "data/{split}-*.{file_format}"' for split in rows)
    return f"""---
{_front_matter(manifest, rows, total, file_format)}---

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

## Provenance

Run `{manifest.run_id}`, configuration `{manifest.config_hash}`. The release was made from these tables:

{tables[2]}"""


_SHAPE_NAMES = {
    "messages": "chat messages",
    "prompt-completion": "conversational prompt and completion",
    "alpaca": "instruction, input and output",
}


def _front_matter(manifest: Manifest, rows: Mapping[str, int], total: int, file_format: Format) -> str:
    size = next(
        (name for limit, name in _SIZES if total < limit), "1M<n<10M" if total < 10_000_000 else "n>10M"
    )
    data_files = [{"split": split, "path": f"data/{split}-*.{file_format}"} for split in rows]
    values = {
        "pretty_name": manifest.release,
        "license": "other",
        "license_name": "internal",
        "task_categories": ["text-generation", "question-answering"],
        "size_categories": [size],
        "tags": ["smelt", "customer-support", f"fingerprint:{manifest.fingerprint}"],
        "configs": [{"config_name": "default", "data_files": data_files}],
    }
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def _split_rows(manifest: Manifest, rows: Mapping[str, int], total: int) -> list[tuple[object, ...]]:
    return [
        (split, f"{count:,}", f"{count / total:.1%}", f"`{manifest.split_fingerprints[split]}`")
        for split, count in rows.items()
    ]


def _table(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join("---" for _ in header) + " |"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
