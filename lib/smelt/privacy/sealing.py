"""Fills the vault: conversations are scrubbed again, and each value found is encrypted.

Scrubbing is deterministic, so the findings and their ids equal those in silver.pii_findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from smelt.isolate import isolated
from smelt.pii.arrow import Slots, kept_scrubber
from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.pii.scrubber import Scrubber
from smelt.privacy.audit import finding_id
from smelt.privacy.vault import Vault
from smelt.tables.contract import contract

if TYPE_CHECKING:
    import pyarrow as pa

Parse = Callable[["pa.RecordBatch", bytes], "pa.RecordBatch"]


def sealing(
    config: PiiConfig, key: ScrubKey, parse: Parse
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """For ``mapInArrow``: bronze rows -> rows of silver.pii_vault without run_id.

    ``parse`` turns bronze rows into unscrubbed conversations. ``content_hash`` of the rows must be that of the silver
    conversation.
    """

    def seal_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scrubber, vault, secret = kept_scrubber(config, key), Vault(key), key.derive("pseudonym")

        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            return seal_conversations(parse(batch, secret), scrubber, vault)

        def nothing(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
            # smelt.conversations.arrow gives such a record no text, so there is nothing to seal
            return work(row.slice(0, 0))

        for batch in batches:
            if batch.num_rows:
                yield from isolated(batch, work, nothing, stage="pii_vault")

    return seal_batches


def seal_conversations(batch: pa.RecordBatch, scrubber: Scrubber, vault: Vault) -> pa.RecordBatch:
    """One row per finding; see :func:`smelt.pii.arrow.scrub_conversations` for the columns of ``batch``."""
    import pyarrow as pa

    slots = Slots(batch)
    records, hashes = (batch.column(name).to_pylist() for name in ("record_id", "content_hash"))
    columns: list[list[object]] = [[] for _ in range(9)]
    for entry in scrubber.scrub(slots.batch).replaced:
        row = slots.batch.conversation[entry.text]
        field, position = slots.place(entry.text)
        value = slots.batch.texts[entry.text][entry.start : entry.end]
        found = finding_id(records[row], hashes[row], field, position, entry.start)
        nonce, ciphertext = vault.seal(value, finding_id=found, record_id=records[row], entity=entry.entity)
        sealed = (
            found,
            records[row],
            field,
            position,
            entry.entity,
            vault.version,
            nonce,
            ciphertext,
            hashes[row],
        )
        for column, cell in zip(columns, sealed, strict=True):
            column.append(cell)
    schema = contract("silver.pii_vault").arrow_schema(without=["run_id"])
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
