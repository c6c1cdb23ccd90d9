"""Caches the scores of texts, since answers repeat when agents paste them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smelt.quality.pairs import Pairs, Side
from smelt.quality.rules import Rule
from smelt.quality.texts import Floats

KEPT = 50_000
"""Texts cached per side: 10 MB of scores, plus the texts themselves."""


class Cache:
    """Scores by the rules that look at one side only, one row per text.

    A cache is valid for one configuration, corpus and knowledge base only.
    """

    def __init__(self) -> None:
        self._rows: dict[Side, dict[str, int]] = {"question": {}, "answer": {}}
        self._scores: dict[Side, Floats] = {}

    def verdicts(self, side: Side, rules: Sequence[Rule], pairs: Pairs) -> dict[str, Floats]:
        """The scores of each pair by ``rules``, which look at ``side`` only; each distinct text is judged once."""
        texts, rows = pairs.texts(side).distinct.to_list(), self._rows[side]
        if len(rows) + len(texts) > KEPT:
            rows.clear()
            self._scores.pop(side, None)
        fresh = [place for place, text in enumerate(texts) if text not in rows]
        if fresh or side not in self._scores:
            part = pairs.only(side, np.array(fresh, dtype=np.int64))
            scores = np.stack([rule.assess(part)[0] for rule in rules], axis=1)
            rows |= {texts[place]: len(rows) + number for number, place in enumerate(fresh)}
            self._scores[side] = (
                np.concatenate([self._scores[side], scores]) if side in self._scores else scores
            )
        chosen = np.array([rows[text] for text in texts], dtype=np.int64)[pairs.texts(side).code]
        return {rule.name: self._scores[side][chosen, number] for number, rule in enumerate(rules)}
