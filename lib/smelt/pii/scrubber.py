"""The scrubber: runs detectors, resolves overlaps, and replaces values by policy.

Deterministic: the result of a conversation depends on the conversation, the configuration and the key only, not on the
rest of the batch.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

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
        self._treatments: dict[tuple[str, str], tuple[EntityRule, Policy]] = {}
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
        found = [finding for detector in self.detectors for finding in detector.detect(batch)]
        replaced: list[Finding] = []
        kept: list[Finding] = []
        marks: dict[int, list[tuple[int, int]]] = {}
        for finding in found:
            rule, policy = self._treatment(finding.entity, finding.detector)
            if not rule.enabled or finding.confidence < self.config.min_confidence:
                continue
            text = batch.texts[finding.text]
            if finding.text not in marks:
                marks[finding.text] = self._marks_of(text)
            parts = outside(finding, text, marks[finding.text]) if marks[finding.text] else [finding]
            (kept if policy == "keep" else replaced).extend(parts)
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
        texts = [Edited(text) for text in batch.texts]
        contexts: dict[int, Context] = {}
        changed = self._pass(batch, texts, contexts)
        for _ in range(MAX_PASSES - 1):
            if not changed:
                break
            part, numbers = _conversations(batch, changed, texts)
            edited = [texts[number] for number in numbers]
            again = self._pass(part, edited, {new: contexts[old] for new, old in enumerate(sorted(changed))})
            for number, text in zip(numbers, edited, strict=True):
                texts[number] = text
            changed = {old for new, old in enumerate(sorted(changed)) if new in again}
        return self._result(batch, texts)

    def _pass(self, batch: TextBatch, texts: list[Edited], contexts: dict[int, Context]) -> set[int]:
        """Replace the findings of one scan in ``texts``; returns the conversations that changed."""
        by_text: dict[int, list[Finding]] = defaultdict(list)
        for finding in self.find(batch):
            by_text[finding.text].append(finding)
        changed = set()
        prepared = set()
        for index in sorted(by_text):
            conversation = batch.conversation[index]
            if conversation not in prepared:
                prepared.add(conversation)
                self._prepare(
                    contexts.setdefault(conversation, self._new_context()), batch, conversation, by_text
                )
            text = batch.texts[index]
            edits = self._edits(text, by_text[index], contexts[conversation])
            changing = [edit for edit in edits if edit.mark != text[edit.start : edit.end]]
            if changing:
                changed.add(conversation)
            if not texts[index].edits:
                texts[index] = Edited(text, tuple(edits))
            elif changing:
                texts[index] = self._undisputed(texts[index], changing) or texts[index].edited(changing)
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

    def _new_context(self) -> Context:
        return Context(self._keys, Numbers())

    def _prepare(
        self, context: Context, batch: TextBatch, conversation: int, by_text: Mapping[int, Sequence[Finding]]
    ) -> None:
        """Reserve the numbers in the conversation's texts, and register its names, before any number is assigned."""
        names = []
        first = bisect_left(batch.conversation, conversation)
        last = bisect_right(batch.conversation, conversation)
        for index in range(first, last):
            text = batch.texts[index]
            if may_hold_marks(text):
                for mark in self._marks.finditer(text):
                    if mark["number"]:
                        context.numbers.reserve(mark["entity"], int(mark["number"]))
            names += [
                normal("PERSON", text[finding.start : finding.end])
                for finding in by_text.get(index, ())
                if finding.entity == "PERSON"
            ]
        context.numbers.learn_names(names)

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

    def _result(self, batch: TextBatch, texts: Sequence[Edited]) -> ScrubResult:
        replaced: list[Replaced] = []
        rejected: dict[int, set[str]] = defaultdict(set)
        for index, text in enumerate(texts):
            for edit, start, end in text.placed() if text.edits else ():
                rule, policy = self._treatment(edit.entity, edit.detector)
                replaced.append(
                    Replaced(
                        index, edit.entity, edit.detector, edit.confidence, edit.start, edit.end, start, end,
                        edit.value_hash, self._version, policy, rule.severity,
                    )
                )  # fmt: skip
                if policy == "reject":
                    rejected[batch.conversation[index]].add(edit.entity)
        return ScrubResult(
            [text.text() if text.edits else text.source for text in texts],
            replaced,
            {conversation: sorted(entities) for conversation, entities in rejected.items()},
        )

    def _treatment(self, entity: str, detector: str) -> tuple[EntityRule, Policy]:
        """The rule and the policy for a finding; impersonal values (PUBLIC) are kept whatever their entity's policy."""
        treatment = self._treatments.get((entity, detector))
        if treatment is None:
            rule = self.config.rule(entity)
            policy: Policy = "keep" if detector.endswith(PUBLIC) else rule.policy
            treatment = self._treatments[entity, detector] = rule, policy
        return treatment


def _conversations(
    batch: TextBatch, wanted: set[int], texts: Sequence[Edited]
) -> tuple[TextBatch, list[int]]:
    """The wanted conversations as a batch with their current texts, and the indices of these texts."""
    position = {conversation: at for at, conversation in enumerate(sorted(wanted))}
    numbers = [index for index, conversation in enumerate(batch.conversation) if conversation in position]
    return (
        TextBatch(
            [texts[index].text() for index in numbers],
            [position[batch.conversation[index]] for index in numbers],
            [batch.role[index] for index in numbers],
            [batch.known[conversation] for conversation in sorted(wanted)],
        ),
        numbers,
    )
