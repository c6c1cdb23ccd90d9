"""The scrubber: runs detectors, resolves overlaps, and replaces values by policy.

Deterministic: the result of a conversation depends on the conversation, the configuration and the key only, not on the
rest of the batch.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from smelt.errors import ConfigError
from smelt.pii.cache import no_cycles
from smelt.pii.config import EntityRule, PiiConfig, Policy
from smelt.pii.detect.configured import configured_detectors
from smelt.pii.detect.patterns.public import PUBLIC
from smelt.pii.keys import ScrubKey
from smelt.pii.replace import POLICIES, Context, Value
from smelt.pii.replace.context import Keys
from smelt.pii.replace.conversation import Numbers
from smelt.pii.replace.edits import Edit, Edited
from smelt.pii.replace.keyed_hash import hash_mark, keyed_hash
from smelt.pii.replace.placeholders import may_hold_marks, outside, pattern
from smelt.pii.replace.value import normal
from smelt.pii.result import Replaced, ScrubResult
from smelt.pii.spans import claim, overlapping
from smelt.pii.types import Detector, Finding, TextBatch

MAX_PASSES = 5
"""Most passes; nearly every conversation is unchanged in the second, and the bound keeps the cost linear."""

REMEMBERED = 16_384
"""Values whose normal forms and hashes are kept: a value mostly stands more than once in a conversation."""

KEYED = frozenset({"hash", "surrogate"})


class Treatment(NamedTuple):
    """What is done with the findings of an entity by a detector."""

    rule: EntityRule
    policy: Policy


class Scrubber:
    """Finds and replaces personal data. Build it once per process: the constructor builds the detectors' automata.

    Without a key, policies that need none still work and ``value_hash`` is None. Raises ConfigError if an entity's
    policy is ``hash`` or ``surrogate`` and there is no key.
    """

    def __init__(
        self, config: PiiConfig, key: ScrubKey | None, detectors: Sequence[Detector] | None = None
    ) -> None:
        self.config = config
        self.detectors = configured_detectors(config) if detectors is None else tuple(detectors)
        self._keys = Keys.of(key) if key is not None else Keys(b"", b"")
        self._version = key.version if key is not None else None
        rules = {entity: config.rule(entity) for entity in (*config.entities, *config.custom)}
        self._treatments: dict[tuple[str, str], Treatment] = {}
        self._valued = lru_cache(maxsize=REMEMBERED)(self._value)
        self._regions = tuple(dict.fromkeys((config.default_region, *config.regions)))
        self._marks = pattern(rules)
        keyless = (
            sorted(entity for entity, rule in rules.items() if rule.policy in KEYED) if key is None else []
        )
        if keyless:
            raise ConfigError(
                "these policies need a key",
                [f"pii.entities.{entity}: {rules[entity].policy}" for entity in keyless],
            )

    def find(self, batch: TextBatch) -> list[Finding]:
        """Findings to be replaced: of enabled entities, confident enough, without overlaps, outside earlier marks.

        Values with the policy ``keep`` have the lowest priority, so that an address inside a kept URL is replaced.
        """
        texts, fewest = batch.texts, self.config.min_confidence
        replaced: list[Finding] = []
        kept: list[Finding] = []
        marks: dict[int, list[tuple[int, int]]] = {}
        for finding in chain.from_iterable(detector.detect(batch) for detector in self.detectors):
            number, entity, _, _, detector, confidence = finding
            treatment = self._treatments.get((entity, detector)) or self._treatment(entity, detector)
            if confidence < fewest or not treatment.rule.enabled:
                continue
            held = marks.get(number)
            if held is None:
                held = marks[number] = self._marks_of(texts[number])
            (kept if treatment.policy == "keep" else replaced).extend(
                outside(finding, texts[number], held) if held else (finding,)
            )
        claimed = claim(replaced)
        if not kept:
            return claimed
        taken = defaultdict(list)
        for finding in claimed:
            taken[finding.text].append((finding.start, finding.end))
        claimed += [
            finding
            for finding in claim(kept)
            if not overlapping(taken[finding.text], finding.start, finding.end)
        ]
        return sorted(claimed, key=attrgetter("text", "start", "end"))

    def _marks_of(self, text: str) -> list[tuple[int, int]]:
        return [mark.span() for mark in self._marks.finditer(text)] if may_hold_marks(text) else []

    def scrub(self, batch: TextBatch) -> ScrubResult:
        """The batch's texts with every finding replaced, and a description of each.

        Changed conversations are scanned again until nothing changes (at most MAX_PASSES times), since a mark can
        expose further findings; so scrubbing the result again does not change it.
        """
        with no_cycles():
            return self._scrub(batch)

    def _scrub(self, batch: TextBatch) -> ScrubResult:
        texts = list(batch.texts)
        edited: dict[int, Edited] = {}
        contexts = [Context(self._keys, Numbers()) for _ in batch.known]
        part = batch
        numbers: Sequence[int] = range(len(texts))
        wanted: Sequence[int] = range(len(contexts))
        for _ in range(MAX_PASSES):
            changed = self._pass(part, numbers, [contexts[which] for which in wanted], texts, edited)
            if not changed:
                break
            wanted = sorted(wanted[which] for which in changed)
            part, numbers = _conversations(batch, texts, wanted)
        return self._result(batch, texts, edited)

    def _pass(
        self,
        batch: TextBatch,
        numbers: Sequence[int],
        contexts: Sequence[Context],
        texts: list[str],
        edited: dict[int, Edited],
    ) -> set[int]:
        """Replace the findings of one scan; returns the conversations that changed.

        ``texts[numbers[i]]`` is the batch's text ``i``, and ``edited[numbers[i]]`` its edits so far.
        """
        by_text: dict[int, list[Finding]] = defaultdict(list)
        for finding in self.find(batch):
            by_text[finding.text].append(finding)
        changed: set[int] = set()
        prepared = -1
        for index, findings in by_text.items():
            conversation = batch.conversation[index]
            if conversation != prepared:
                prepared = conversation
                self._prepare(contexts[conversation], batch, conversation, by_text)
            text = batch.texts[index]
            edits = self._edits(text, findings, contexts[conversation])
            changing = [edit for edit in edits if edit.mark != text[edit.start : edit.end]]
            number = numbers[index]
            before = edited.get(number)
            if before is None:
                edited[number] = Edited(text, tuple(edits))
            elif changing:
                edited[number] = self._undisputed(before, changing) or before.edited(changing)
            if changing:
                changed.add(conversation)
                texts[number] = edited[number].text()
        return changed

    def _undisputed(self, text: Edited, further: Sequence[Edit]) -> Edited | None:
        """The text with hash marks instead of surrogates that ``further`` detects as another entity; None if there are
        none.

        Otherwise a nine-digit surrogate of one country's number that is valid in another country would be replaced
        forever.
        """
        edits = list(text.edits)
        disputed = [(new.start, new.end) for new in further]
        for number, (edit, start, end) in enumerate(text.placed()):
            is_surrogate = self._treatment(edit.entity, "")[1] == "surrogate" and not edit.mark.startswith(
                "["
            )
            if is_surrogate and overlapping(disputed, start, end):
                edits[number] = edit._replace(mark=hash_mark(edit.entity, edit.value_hash or ""))
        return Edited(text.source, tuple(edits)) if tuple(edits) != text.edits else None

    def _prepare(
        self, context: Context, batch: TextBatch, conversation: int, by_text: Mapping[int, Sequence[Finding]]
    ) -> None:
        """Reserve the numbers in the conversation's texts, and register its names, before any number is assigned."""
        first = bisect_left(batch.conversation, conversation)
        last = bisect_right(batch.conversation, conversation, lo=first)
        for text in batch.texts[first:last]:
            if may_hold_marks(text):
                for mark in self._marks.finditer(text):
                    if mark["number"]:
                        context.numbers.reserve(mark["entity"], int(mark["number"]))
        names = {
            batch.texts[index][finding.start : finding.end]
            for index in range(first, last)
            if index in by_text
            for finding in by_text[index]
            if finding.entity == "PERSON"
        }
        if names:
            context.numbers.learn_names([normal("PERSON", name) for name in names])

    def _value(self, entity: str, raw: str) -> tuple[Value, str | None]:
        """A value with its normal form, and its keyed hash if there is a key."""
        value = Value(entity, raw, normal(entity, raw, self._regions))
        return value, keyed_hash(self._keys.hash_key, value) if self._version else None

    def _edits(self, text: str, findings: Sequence[Finding], context: Context) -> list[Edit]:
        edits: list[Edit] = []
        for finding in findings:
            raw = text[finding.start : finding.end]
            value, hashed = self._valued(finding.entity, raw)
            mark = POLICIES[self._treatment(finding.entity, finding.detector)[1]](value, context)
            edits.append(
                Edit(
                    finding.start,
                    finding.end,
                    mark,
                    finding.entity,
                    finding.detector,
                    finding.confidence,
                    hashed,
                )
            )
        return edits

    def _result(self, batch: TextBatch, texts: list[str], edited: Mapping[int, Edited]) -> ScrubResult:
        replaced: list[Replaced] = []
        rejected: dict[int, set[str]] = defaultdict(set)
        for index in sorted(edited):
            shift = 0
            for start, end, mark, entity, detector, confidence, value_hash in edited[index].edits:
                rule, policy = self._treatment(entity, detector)
                place = start + shift
                shift = place + len(mark) - end
                replaced.append(
                    Replaced(
                        index, entity, detector, confidence, start, end, place, end + shift,
                        value_hash, self._version, policy, rule.severity,
                    )
                )  # fmt: skip
                if policy == "reject":
                    rejected[batch.conversation[index]].add(entity)
        return ScrubResult(
            texts,
            replaced,
            {conversation: sorted(entities) for conversation, entities in rejected.items()},
        )

    def _treatment(self, entity: str, detector: str) -> Treatment:
        """The rule and the policy for a finding; impersonal values (PUBLIC) are kept whatever their entity's policy."""
        treatment = self._treatments.get((entity, detector))
        if treatment is None:
            rule = self.config.rule(entity)
            policy: Policy = "keep" if detector.endswith(PUBLIC) else rule.policy
            treatment = self._treatments[entity, detector] = Treatment(rule, policy)
        return treatment


def _conversations(
    batch: TextBatch, texts: Sequence[str], wanted: Sequence[int]
) -> tuple[TextBatch, list[int]]:
    """The wanted conversations as a batch with their current texts, and the indices of these texts."""
    numbers: list[int] = []
    conversation: list[int] = []
    for at, number in enumerate(wanted):
        first = bisect_left(batch.conversation, number)
        last = bisect_right(batch.conversation, number, lo=first)
        numbers += range(first, last)
        conversation += [at] * (last - first)
    return (
        TextBatch(
            [texts[index] for index in numbers],
            conversation,
            [batch.role[index] for index in numbers],
            [batch.known[number] for number in wanted],
        ),
        numbers,
    )
