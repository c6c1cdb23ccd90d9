"""The address detector: street addresses in one batch of texts."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from smelt.pii.cache import Cache
from smelt.pii.config import PiiConfig
from smelt.pii.detect.addresses.parse import addresses
from smelt.pii.detect.addresses.prefilter import kinds
from smelt.pii.detect.names.languages import lexicon_in, spoken_in
from smelt.pii.detect.names.lexicon import load
from smelt.pii.detect.names.runs import cased
from smelt.pii.types import Finding, Span, TextBatch, findings_of


class AddressDetector:
    """Finds STREET_ADDRESS. A Rust prefilter selects texts that may hold one; Python sees only those."""

    name = "addresses"

    def __init__(self, config: PiiConfig) -> None:
        """Loads the name lexicon, once per process. Raises ValueError for a file that cannot be read."""
        self._lexicon = load(tuple(config.names.lexicon_files), tuple(config.names.not_names))
        self._found: Cache[tuple[str], tuple[Span, ...]] = Cache()

    def detect(self, batch: TextBatch) -> list[Finding]:
        """STREET_ADDRESS findings; the scrubber resolves overlaps."""
        found = self._found.results([(text,) for text in batch.texts], self._look)
        return findings_of(found)

    def _look(self, keys: list[tuple[str]]) -> Iterator[tuple[Span, ...]]:
        column = pl.Series("text", [text for (text,) in keys], dtype=pl.String)
        found = kinds(column)
        held = [at for at, which in enumerate(found) if which]
        has_cases = dict(zip(held, cased(column.gather(held)), strict=True))
        for at, ((text,), which) in enumerate(zip(keys, found, strict=True)):
            if not which:
                yield ()
                continue
            has_case = has_cases[at]
            yield tuple(
                ("STREET_ADDRESS", place.start, place.end, "names.address", place.confidence)
                for place in addresses(
                    text, which, lexicon_in(self._lexicon, spoken_in(text, cased=has_case)), cased=has_case
                )
            )
