"""Fingerprint of a release's content, independent of where and in which order its rows are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import Column, DataFrame, Row

WORDS = ("word_0", "word_1", "word_2", "word_3")
"""Columns for the four 64-bit words of a row's SHA-256; they are summed as decimals, which do not overflow."""

_WRAP = 1 << 64


class Digest(NamedTuple):
    """Number of rows and the sums of their four words modulo 2^64; digests of disjoint sets of rows can be added.

    A sum does not depend on the order of rows, on files or on partitions (AdHash: Bellare, Micciancio, "A new paradigm
    for collision-free hashing", EUROCRYPT 1997). It distinguishes releases but is not a signature.
    """

    rows: int
    sums: tuple[int, int, int, int]

    def __add__(self, other: object) -> Digest:
        """The digest of both sets together."""
        if not isinstance(other, Digest):
            return NotImplemented
        sums = [(one + two) % _WRAP for one, two in zip(self.sums, other.sums, strict=True)]
        return Digest(self.rows + other.rows, (sums[0], sums[1], sums[2], sums[3]))

    def hex(self) -> str:
        """32 hex digits over count and sums."""
        text = ":".join(str(number) for number in (self.rows, *self.sums))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


EMPTY = Digest(0, (0, 0, 0, 0))


def add_words(rows: DataFrame) -> DataFrame:
    """Add WORDS, decimal(20,0) each, from split, example_id and messages of training rows.

    Every value is hashed before the hashes are joined, so that values cannot run together. The release's name, the run
    and the group are left out: they are not training content.
    """
    from pyspark.sql import functions as F

    spoken = F.transform("messages", lambda m: F.concat(F.sha2(m["role"], 256), F.sha2(m["content"], 256)))
    whole = F.concat(F.sha2("split", 256), F.sha2("example_id", 256), F.array_join(spoken, ""))
    return rows.withColumn("_row", F.sha2(whole, 256)).select(
        *rows.columns, *(_word("_row", number).alias(name) for number, name in enumerate(WORDS))
    )


def sums() -> list[Column]:
    """Aggregates named like WORDS over the columns that :func:`add_words` adds."""
    from pyspark.sql import functions as F

    return [F.sum(name).alias(name) for name in WORDS]


def digest_of(row: Row, count: str = "rows") -> Digest:
    """The digest in a row of aggregates: ``count`` and WORDS."""
    words = [int(row[name] or 0) % _WRAP for name in WORDS]
    return Digest(int(row[count]), (words[0], words[1], words[2], words[3]))


def together(digests: Iterable[Digest]) -> Digest:
    """The sum of all digests."""
    return reduce(lambda one, two: one + two, digests, EMPTY)


def digest_of_row(split: str, example_id: str, messages: Sequence[Mapping[str, str]]) -> Digest:
    """The digest of one training row without Spark: the same words as :func:`add_words` gives."""
    spoken = "".join(
        _sha(message["role"]) + _sha(message["content"])
        for message in messages
        if message["role"] is not None
        and message["content"] is not None  # Spark's array_join passes over null
    )
    digits = _sha(_sha(split) + _sha(example_id) + spoken)
    return Digest(
        1, (int(digits[:16], 16), int(digits[16:32], 16), int(digits[32:48], 16), int(digits[48:], 16))
    )


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _word(column: str, number: int) -> Column:
    from pyspark.sql import functions as F

    def half(begin: int) -> Column:  # not every engine can convert 16 hex digits at once with conv()
        return F.conv(F.substring(column, 16 * number + begin, 8), 16, 10).cast("decimal(20,0)")

    return (half(1) * F.lit(1 << 32).cast("decimal(20,0)") + half(9)).cast("decimal(20,0)")
