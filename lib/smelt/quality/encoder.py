"""Cosine similarity of question and answer by a sentence encoder (extra ``semantic``).

Each distinct text of a batch is encoded once, and the latest vectors are cached, because answers repeat. Scored
examples are not scored again, so over all runs a text is encoded about once.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from smelt.quality.pairs import Pairs
from smelt.quality.texts import Floats

KEPT = 50_000
"""Vectors cached per process: 77 MB for 384 dimensions."""
_Cache = OrderedDict[tuple[str, str], npt.NDArray[np.float32]]
_cache: _Cache = OrderedDict()


def encoder_cosine(pairs: Pairs, folder: str) -> Floats:
    """Cosine of each question and answer by the model in ``folder``.

    Raises MissingExtra without sentence-transformers, ConfigError if the folder is missing.
    """
    questions, answers = pairs.question.series.to_list(), pairs.answer.series.to_list()
    vectors = _vectors(list(dict.fromkeys([*questions, *answers])), folder)
    cosines = [
        float(vectors[question] @ vectors[answer])
        for question, answer in zip(questions, answers, strict=True)
    ]
    return np.array(cosines, dtype=np.float64)


def _vectors(texts: list[str], folder: str) -> dict[str, npt.NDArray[np.float32]]:
    """A unit vector for each text, from the cache or from the encoder."""
    found = {text: _cache[folder, text] for text in texts if (folder, text) in _cache}
    missing = [text for text in texts if text not in found]
    if missing:
        from smelt.embeddings import embed

        fresh = dict(zip(missing, embed(missing, folder), strict=True))
        found |= fresh
        for text, vector in fresh.items():
            _cache[folder, text] = vector
        while len(_cache) > KEPT:
            _cache.popitem(last=False)
    return found
