"""Packaged word vectors, by which "pet" and "dog" are similar without a corpus.

``word_vectors.npz`` is made by tools/word_vectors.py from all-MiniLM-L6-v2 (Apache-2.0).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from io import BytesIO

import numpy as np
import polars as pl

from smelt.quality.tokens import Places, Vectors

DIMENSIONS = 64
_STRANGERS = 4096


@dataclass(frozen=True)
class WordVectors:
    """Words and their unit vectors, one row per word."""

    words: pl.Series
    vectors: Vectors
    strangers: Vectors

    @cached_property
    def _places(self) -> Places:
        return Places(self.words)

    def of(self, words: pl.Series) -> Vectors:
        """A unit vector for each word.

        An unknown word gets one of 4,096 fixed random vectors, chosen by its letters, so that names and codes match
        themselves and little else.
        """
        found = self._places.of(words)
        out: Vectors = self.vectors[np.maximum(found, 0)]
        unknown = np.nonzero(found < 0)[0]
        chosen = [
            zlib.crc32(word.encode("utf-8", "surrogatepass")) % _STRANGERS for word in words.gather(unknown)
        ]
        out[unknown] = self.strangers[chosen]
        return out


@cache
def word_vectors() -> WordVectors:
    """The packaged vectors; read once per process."""
    raw = (resources.files("smelt.quality.english") / "word_vectors.npz").read_bytes()
    with np.load(BytesIO(raw)) as arrays:
        words = pl.Series("word", str(arrays["words"]).split("\n"))
        vectors = arrays["vectors"].astype(np.float32) * arrays["scale"].astype(np.float32)[:, None]
    strangers = np.random.default_rng(0).standard_normal((_STRANGERS, DIMENSIONS)).astype(np.float32)
    return WordVectors(words, unit(vectors), unit(strangers))


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length one; zero rows stay zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled
