"""The name detector: all sources of evidence over one batch of texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby
from typing import NamedTuple

import polars as pl

from smelt.pii.cache import Cache
from smelt.pii.config import PiiConfig
from smelt.pii.detect.names import caseless, introductions, known, mail, people, signatures
from smelt.pii.detect.names.identity import NOBODY, Identity
from smelt.pii.detect.names.languages import MIXTURES, lexicon_in, may_be_foreign, spoken_in
from smelt.pii.detect.names.lexicon import GIVEN, WORD, Lexicon, fold, load
from smelt.pii.detect.names.lines import KINDS, Kind, Lines, Placed, kind_of
from smelt.pii.detect.names.readings import Readings, is_mask
from smelt.pii.detect.names.runs import cased, tokens
from smelt.pii.types import Finding, Known, Span, TextBatch

INTRODUCED_ENOUGH = 0.8
CERTAIN_ENOUGH = 0.85
"""Confidence from which a name of several parts is searched in the whole conversation, like an introduced one."""
FAINT = 0.3
REMEMBERED = 4096
"""Cache size for identities of records, which later passes of a batch use again."""

ADDRESS = re.compile(r"(?<![\w.+-])([\w.+-]{3,64})@[A-Za-z0-9-]+\.[A-Za-z]")
LOCAL_PARTS = re.compile(r"[\d._+-]+")

Said = tuple[str, bool]
"""A text, and whether a customer or an unknown speaker says it."""


class Named(NamedTuple):
    """The names in one text; ``introduced`` are names to search in the whole conversation.

    ``unsure`` are runs of capitalised words scored too low; collected only if a model is configured. ``rare`` are words
    in which a typing error may be (:func:`known.rare_words`).
    """

    spans: tuple[Span, ...]
    introduced: tuple[str, ...]
    unsure: tuple[tuple[int, int], ...] = ()
    rare: tuple[str, ...] = ()


NOTHING = Named((), ())
"""The shared result of the many texts without names."""


class NameDetector:
    """Finds PERSON (and the record's known EMAIL, PHONE, USERNAME) in whole batches.

    A Rust prefilter selects texts with a capital letter or a cue; Python sees only those. Names that a conversation
    introduces are then searched in all of its turns.
    """

    name = "names"

    def __init__(self, config: PiiConfig) -> None:
        """Loads the lexicon, once per process. Raises ValueError for a lexicon file that cannot be read."""
        self.config = config.names
        self._keeps_unsure = config.detectors.ner.kind != "none"
        self.lexicon: Lexicon = load(tuple(config.names.lexicon_files), tuple(config.names.not_names))
        self._readings: dict[tuple[str, ...], Readings] = {}
        self._lines: dict[tuple[tuple[str, ...], Kind], Lines] = {}
        self._named: Cache[Said, Named] = Cache()
        self._identity = lru_cache(maxsize=REMEMBERED)(self._identify)

    def detect(self, batch: TextBatch) -> list[Finding]:
        """PERSON, EMAIL, PHONE and USERNAME findings; the scrubber resolves overlaps."""
        if not batch.texts:
            return []
        named = self._named_in(batch)
        findings = [Finding(index, *span) for index, found in enumerate(named) for span in found.spans]
        findings += self._known(batch, self._identities(batch, named), named)
        return findings

    def unsure(self, batch: TextBatch) -> list[tuple[tuple[int, int], ...]]:
        """For each text, the runs of capitalised words that may be people, but were scored too low."""
        return [named.unsure for named in self._named_in(batch)]

    def _named_in(self, batch: TextBatch) -> list[Named]:
        said = [(text, role in ("customer", "")) for text, role in zip(batch.texts, batch.role, strict=True)]
        return self._named.results(said, self._look)

    def _look(self, said: list[Said]) -> Iterator[Named]:
        """The names in each text, independent of the conversation, found by one rule after the other for all texts."""
        column = pl.Series("text", [text for text, _ in said], dtype=pl.String)
        layouts = mail.candidates(column) if self.config.introductions else [0] * len(said)
        has_case = cased(column)
        readings = [
            self._readings_in(spoken_in(text, cased=has) if is_foreign else ())
            for (text, _), has, is_foreign in zip(said, has_case, may_be_foreign(column), strict=True)
        ]
        texts = [text for text, _ in said]
        placed = self._lines_of(texts, has_case, readings)
        lexicons = [reading.lexicon for reading in readings]
        by_cue = [
            [
                person
                for at, line in lines
                for cue in line.cues
                if (person := introductions.introduced(text, lowered, at, cue, lexicon, kind.caseless))
            ]
            for text, lexicon, (kind, lowered, lines) in zip(texts, lexicons, placed, strict=True)
        ]
        by_layout = [
            list(self._by_layout(text, lexicon, layout, has)) if layout else []
            for text, lexicon, layout, has in zip(texts, lexicons, layouts, has_case, strict=True)
        ]
        by_words = [
            self._by_words(text, may_be_answer, lexicon, kind, lines)
            for (text, may_be_answer), lexicon, (kind, _, lines) in zip(said, lexicons, placed, strict=True)
        ]
        for text, cued, laid_out, (found, weak), (kind, _, lines) in zip(
            texts, by_cue, by_layout, by_words, placed, strict=True
        ):
            spans: list[Span] = []
            introduced: list[str] = []
            for person in cued:
                spans.append(("PERSON", *person[:2], "names.introduction", person.confidence))
                if person.confidence >= INTRODUCED_ENOUGH:
                    introduced += self._introduced(text, person)
            for person in laid_out:
                spans.append(("PERSON", *person[:2], "names.layout", person.confidence))
                if person.confidence >= INTRODUCED_ENOUGH:
                    introduced += self._introduced(text, person, with_words=True)
            for person in found:
                if person.confidence >= FAINT:
                    spans.append(("PERSON", *person[:2], "names.lexicon", person.confidence))
                if (
                    kind.has_case
                    and person.confidence >= CERTAIN_ENOUGH
                    and " " in text[person.start : person.end]
                ):
                    introduced += self._introduced(text, person)
            if "@" in text:
                introduced += self._in_addresses(text)
            unsure = tuple((person.start, person.end) for person in weak) if self._keeps_unsure else ()
            rare = tuple(chain.from_iterable([line.rare for _, line in lines]))
            if spans or introduced or unsure or rare:
                yield Named(tuple(spans), tuple(dict.fromkeys(introduced)), unsure, rare)
            else:
                yield NOTHING

    def _lines_of(
        self, texts: Sequence[str], has_case: Sequence[bool], readings: Sequence[Readings]
    ) -> list[tuple[Kind, str, Placed]]:
        """For each text its kind, its lower case of equal length, and its lines."""
        groups: dict[tuple[tuple[str, ...], Kind], list[int]] = defaultdict(list)
        kinds = []
        for at, (text, has, reading) in enumerate(zip(texts, has_case, readings, strict=True)):
            kind, lowered = kind_of(text, has_case=has, lexicon=reading.lexicon)
            kinds.append((kind, lowered))
            groups[reading.lexicon.languages, kind].append(at)
        placed: list[Placed] = [[]] * len(texts)
        for (languages, kind), members in groups.items():
            lines = self._lines.get((languages, kind))
            if lines is None:
                if len(self._lines) >= KINDS:
                    self._lines.clear()
                lines = Lines(readings[members[0]], kind, self.config, self.lexicon)
                self._lines[languages, kind] = lines
            for at, found in zip(members, lines.of([texts[at] for at in members]), strict=True):
                placed[at] = found
        return [(*kind, found) for kind, found in zip(kinds, placed, strict=True)]

    def _by_words(
        self, text: str, may_be_answer: bool, lexicon: Lexicon, kind: Kind, lines: Placed
    ) -> tuple[Sequence[people.Person], Sequence[people.Person]]:
        """People by the words of their names, and the runs of capitals whose score was too low."""
        if not self.config.lexicon:
            return (), ()
        if kind.has_case:
            runs = [(at, line.runs) for at, line in lines if line.runs is not people.NO_RUNS]
            return people.weighed(text, runs, lexicon) if runs else ((), ())
        return caseless.people(text, lexicon, whole_turn=may_be_answer), ()

    def _readings_in(self, languages: tuple[str, ...]) -> Readings:
        readings = self._readings.get(languages)
        if readings is None:
            if len(self._readings) >= MIXTURES:
                self._readings.clear()
            readings = self._readings[languages] = Readings(lexicon_in(self.lexicon, languages))
        return readings

    def _by_layout(
        self, text: str, lexicon: Lexicon, layouts: int, has_case: bool
    ) -> Iterator[people.Person]:
        if layouts & ~mail.SIGNED_BIT:
            yield from mail.people(text, lexicon, layouts)
        if layouts & mail.SIGNED_BIT and has_case and "\n" in text:
            yield from signatures.signatures(text, lexicon)

    def _in_addresses(self, text: str) -> Iterator[str]:
        """Names in local parts of e-mail addresses, as in ``glynn.clements@``; a single word only if it is a given
        name."""
        for match in ADDRESS.finditer(text):
            parts = [fold(part) for part in LOCAL_PARTS.split(match[1]) if len(part) > 2]
            names = [
                part for part in parts if self.lexicon.names.get(part, 0) and not self.lexicon.is_word(part)
            ]
            if len(parts) == 1 and names and not self.lexicon.names.get(names[0], 0) & GIVEN:
                continue
            yield from names
            for part in parts if len(parts) == 1 and not names else ():
                if len(part) > 4 and not self.lexicon.is_word(part) and part not in self.lexicon.not_names:
                    stands = re.search(rf"(?<![\w.]){part.capitalize()} ([A-Z][a-z]{{2,}})(?![\w@])", text)
                    if stands and not self.lexicon.is_word(stands[1]):
                        yield from (part, fold(stands[1]))

    def _introduced(self, text: str, person: people.Person, *, with_words: bool = False) -> Iterator[str]:
        """The folded parts of a name to search in the conversation.

        English words are none, except with ``with_words`` those that are given names (``Will``).
        """
        for token in tokens(text, person.start, person.end):
            folded = fold(token.text)
            if is_mask(folded):
                continue
            flags = self.lexicon.names.get(folded, 0) if len(folded) > 2 and folded != "san" else 0
            is_given = bool(flags & GIVEN) and (with_words or not flags & WORD)
            is_other = len(folded) > 3 and folded not in self.lexicon.not_names
            if is_given or (is_other and not self.lexicon.is_word(token.text)):
                yield folded

    def _identify(self, entries: tuple[Known, ...]) -> Identity:
        return Identity.of(entries, self.lexicon)

    def _identities(self, batch: TextBatch, named: Sequence[Named]) -> dict[int, Identity]:
        """The identity of each conversation: the record's known identities, and introduced names."""
        own: dict[int, Identity] = {}
        if self.config.known:
            for conversation in dict.fromkeys(batch.conversation):
                if batch.known[conversation]:
                    own[conversation] = self._identity(tuple(batch.known[conversation]))
        for conversation, found in zip(batch.conversation, named, strict=True):
            if found.introduced:
                identity = own.get(conversation, NOBODY)
                own[conversation] = identity.with_names(found.introduced, self.lexicon)
        return own

    def _known(
        self, batch: TextBatch, identities: Mapping[int, Identity], named: Sequence[Named]
    ) -> Iterator[Finding]:
        """The occurrences of each conversation's identity in its texts."""
        first = 0
        for conversation, group in groupby(batch.conversation):
            last = first + sum(1 for _ in group)
            identity = identities.get(conversation)
            if identity is not None:
                rare = [found.rare for found in named[first:last]] if self.config.typos else []
                found = known.search(batch.texts[first:last], identity, self.lexicon, rare=rare)
                for index, hits in enumerate(found, first):
                    for hit in hits:
                        yield Finding(index, hit.entity, hit.start, hit.end, "names.known", hit.confidence)
            first = last
