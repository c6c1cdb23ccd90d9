"""Parquet."""

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
        """Every row in order; what follows damage in the file is one bad entry."""
        number = 0
        try:
            parquet = pq.ParquetFile(io.BytesIO(content.stream.read()))
            for batch in parquet.iter_batches(batch_size=1_000):
                for fields in batch.to_pylist():
                    number += 1
                    yield Record(fields, f"row {number}")
        except (pa.ArrowException, OSError):
            yield Bad("", f"row {number + 1}", (Reason.UNREADABLE,))
