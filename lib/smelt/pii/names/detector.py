"""The name detector: all sources of evidence over one batch of texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from smelt.pii.config import PiiConfig
from smelt.pii.names import address, address_gates, caseless, introductions, known, people
from smelt.pii.names.lexicon import Lexicon, fold, load
from smelt.pii.names.runs import lower, tokens
from smelt.pii.types import Finding, Known, TextBatch

INTRODUCED_ENOUGH = 0.8
FAINT = 0.3


class NameDetector:
    """Finds PERSON (and the record's known EMAIL, PHONE, USERNAME) in whole batches.

    A Rust pass over the batch tells which texts have a capital letter or a cue at all; Python sees
    only those. Names that a conversation introduces are then looked for in all of its turns.
    """

    name = "names"

    def __init__(self, config: PiiConfig) -> None:
        """Loads the lexicon, once a process. Raises ``ValueError`` for a lexicon file that cannot be read."""
        self.config = config.names
        self.lexicon: Lexicon = load(tuple(config.names.lexicon_files), tuple(config.names.not_names))
        self._plain: set[str] = set()
        self._verdicts: dict[str, int] = {}

    def detect(self, batch: TextBatch) -> list[Finding]:
        """PERSON, EMAIL, PHONE and USERNAME findings; overlaps are left to the scrubber."""
        if not batch.texts:
            return []
        findings = list(self._named(batch))
        findings += self._known(batch, [*self._identities(batch, findings)])
        return findings

    def _named(self, batch: TextBatch) -> Iterator[Finding]:
        column = pl.Series("text", batch.texts, dtype=pl.String)
        streets = address_gates.kinds(column)
        upper, length = (
            column.str.count_matches(r"[A-Z]|[À-ÞΑ-ΩА-Я]").to_numpy(),
            column.str.len_chars().to_numpy(),
        )
        cased = (
            column.str.contains(r"\p{Ll}").to_numpy() & (upper > 0) & ((upper < 4) | (upper * 3 <= length))
        ).tolist()
        for index, text in enumerate(batch.texts):
            has_case = cased[index]
            if streets[index]:
                for place in address.addresses(text, streets[index], self.lexicon, cased=has_case):
                    yield Finding(
                        index, "STREET_ADDRESS", place.start, place.end, "names.address", place.confidence
                    )
            if self.config.introductions:
                for person in introductions.introduced(text, lower(text), self.lexicon):
                    yield Finding(
                        index, "PERSON", person.start, person.end, "names.introduction", person.confidence
                    )
            if self.config.lexicon:
                if has_case:
                    found = people.people(text, self.lexicon, self._plain, self._verdicts)
                else:
                    spoken_by = batch.role[index] in ("customer", "")
                    found = caseless.people(text, self.lexicon, whole_turn=spoken_by)
                for person in found:
                    if person.confidence >= FAINT:
                        yield Finding(
                            index, "PERSON", person.start, person.end, "names.lexicon", person.confidence
                        )

    def _identities(
        self, batch: TextBatch, findings: Sequence[Finding]
    ) -> Iterator[tuple[int, known.Identity]]:
        """The identity of each conversation of the batch: what the record knows, and whom it introduces."""
        own: dict[int, list[Known]] = {}
        if self.config.known:
            for conversation in dict.fromkeys(batch.conversation):
                if batch.known[conversation]:
                    own[conversation] = list(batch.known[conversation])
        for finding in findings:
            if finding.detector == "names.introduction" and finding.confidence >= INTRODUCED_ENOUGH:
                for token in tokens(batch.texts[finding.text], finding.start, finding.end):
                    if len(token.text) > 3 and not self.lexicon.is_word(token.text):
                        own.setdefault(batch.conversation[finding.text], []).append(
                            Known("name", fold(token.text))
                        )
        for conversation, identities in own.items():
            yield conversation, known.Identity.of(identities, self.lexicon)

    def _known(self, batch: TextBatch, identities: Sequence[tuple[int, known.Identity]]) -> Iterator[Finding]:
        by_conversation = dict(identities)
        if not by_conversation:
            return
        for index, conversation in enumerate(batch.conversation):
            identity = by_conversation.get(conversation)
            if identity is None or not batch.texts[index]:
                continue
            for hit in known.hits(batch.texts[index], identity, self.lexicon, typos=self.config.typos):
                yield Finding(index, hit.entity, hit.start, hit.end, "names.known", hit.confidence)
