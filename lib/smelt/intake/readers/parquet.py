"""Parquet: one record per row."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from smelt.intake.content import Content
from smelt.intake.records import Bad, Record, SourceFile
from smelt.intake.vocabulary import Reason


class ParquetReader:
    """Reads rows of a Parquet file; positions are ``row N`` from 1."""

    def read(self, content: Content, file: SourceFile) -> Iterator[Record | Bad]:
        """Every row in order; from the first damaged page on, the rest of the file is one bad entry."""
        number = 0
        data = content.data()
        if content.is_too_large:
            return
        try:
            parquet = pq.ParquetFile(io.BytesIO(data))
            left = content.most_in_memory
            if max((_bytes(parquet, group) for group in range(parquet.num_row_groups)), default=0) > left:
                yield Bad("", "file", (Reason.FILE_TOO_LARGE,))
                return
            for batch in map(_plain, parquet.iter_batches(batch_size=1_000)):
                left -= batch.nbytes  # a few bytes can encode any number of equal rows
                if left < 0:
                    yield Bad("", f"row {number + 1}", (Reason.FILE_TOO_LARGE,))
                    return
                for fields in batch.to_pylist():
                    number += 1
                    yield Record(fields, f"row {number}")
        except (pa.ArrowException, OSError):
            yield Bad("", f"row {number + 1}", (Reason.UNREADABLE,))


def _bytes(parquet: pq.ParquetFile, group: int) -> int:
    """Uncompressed bytes of a row group, which is held in memory as a whole."""
    return int(parquet.metadata.row_group(group).total_byte_size)


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Decode dictionary columns, so that the batch's size is that of its values."""
    for at, field in enumerate(batch.schema):
        if pa.types.is_dictionary(field.type):
            batch = batch.set_column(at, field.name, batch.column(at).dictionary_decode())
    return batch
