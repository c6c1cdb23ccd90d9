"""The scrubber: detectors in a row, spans claimed once, values replaced by policy.

Pure: the result depends on the batch, the configuration and the key alone, and each conversation
on itself alone, so batches may be cut anywhere between conversations.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from smelt.errors import ConfigError
from smelt.pii.config import EntityRule, PiiConfig
from smelt.pii.detectors import configured_detectors
from smelt.pii.keys import ScrubKey
from smelt.pii.replace import POLICIES, Context, Value
from smelt.pii.replace.context import Keys
from smelt.pii.replace.conversation import Numbers
from smelt.pii.replace.keyed_hash import keyed_hash
from smelt.pii.replace.placeholders import may_hold_marks, outside, pattern
from smelt.pii.replace.value import normal
from smelt.pii.result import Replaced, ScrubResult
from smelt.pii.spans import claim
from smelt.pii.types import Detector, Finding, TextBatch

KEYED = frozenset({"hash", "surrogate"})


class Scrubber:
    """Finds and replaces. Build it once a process: the detectors' automata are made in the constructor.

    Without a key the policies that need none still work and ``value_hash`` is None. Raises
    ConfigError where an entity's policy is ``hash`` or ``surrogate`` and there is no key.
    """

    def __init__(
        self, config: PiiConfig, key: ScrubKey | None, detectors: Sequence[Detector] | None = None
    ) -> None:
        self.config = config
        self.detectors = configured_detectors(config) if detectors is None else tuple(detectors)
        self._keys = Keys.of(key) if key is not None else Keys(b"", b"")
        self._version = key.version if key is not None else None
        self._rules: dict[str, EntityRule] = {
            entity: config.rule(entity) for entity in (*config.entities, *config.custom)
        }
        self._regions = tuple(dict.fromkeys((config.default_region, *config.regions)))
        self._marks = pattern(self._rules)
        keyless = sorted(entity for entity, rule in self._rules.items() if rule.policy in KEYED) if key is None else []
        if keyless:
            raise ConfigError(
                "these policies need a key",
                [f"pii.entities.{entity}: {self._rules[entity].policy}" for entity in keyless],
            )

    def find(self, batch: TextBatch) -> list[Finding]:
        """What would be replaced: enabled entities, confident enough, claimed, outside earlier marks.

        Values whose policy is ``keep`` claim last, so that an address inside a kept URL is replaced.
        """
        found = [finding for detector in self.detectors for finding in detector.detect(batch)]
        replaced: list[Finding] = []
        kept: list[Finding] = []
        marks: dict[int, list[tuple[int, int]]] = {}
        for finding in found:
            rule = self._rule(finding.entity)
            if not rule.enabled or finding.confidence < self.config.min_confidence:
                continue
            text = batch.texts[finding.text]
            if may_hold_marks(text):
                if finding.text not in marks:
                    marks[finding.text] = [mark.span() for mark in self._marks.finditer(text)]
                parts = outside(finding, text, marks[finding.text])
            else:
                parts = [finding]
            (kept if rule.policy == "keep" else replaced).extend(parts)
        claimed = claim(replaced)
        if kept:
            taken = defaultdict(list)
            for finding in claimed:
                taken[finding.text].append((finding.start, finding.end))
            claimed = claimed + [
                finding
                for finding in claim(kept)
                if not any(finding.start < end and start < finding.end for start, end in taken[finding.text])
            ]
        return sorted(claimed, key=lambda finding: (finding.text, finding.start, finding.end))

    def scrub(self, batch: TextBatch) -> ScrubResult:
        """The batch's texts with every finding replaced, and the account of it."""
        by_text: dict[int, list[Finding]] = defaultdict(list)
        for finding in self.find(batch):
            by_text[finding.text].append(finding)
        texts = list(batch.texts)
        replaced: list[Replaced] = []
        rejected: dict[int, list[str]] = {}
        context, current = None, -1
        for index in sorted(by_text):
            conversation = batch.conversation[index]
            if context is None or conversation != current:
                context, current = self._context(batch, conversation, by_text), conversation
            texts[index], account = self._replace(index, texts[index], by_text[index], context)
            replaced += account
            if any(entry.policy == "reject" for entry in account):
                entities = {entry.entity for entry in account if entry.policy == "reject"}
                rejected[conversation] = sorted(entities.union(rejected.get(conversation, ())))
        return ScrubResult(texts, replaced, rejected)

    def _context(self, batch: TextBatch, conversation: int, by_text: Mapping[int, Sequence[Finding]]) -> Context:
        """Numbers that stand in the conversation are reserved, its names known, before any is given."""
        numbers = Numbers()
        first = bisect_left(batch.conversation, conversation)
        last = bisect_right(batch.conversation, conversation)
        names = []
        for index in range(first, last):
            text = batch.texts[index]
            if may_hold_marks(text):
                for mark in self._marks.finditer(text):
                    if mark["number"]:
                        numbers.reserve(mark["entity"], int(mark["number"]))
            names += [
                normal("PERSON", text[finding.start : finding.end])
                for finding in by_text.get(index, ())
                if finding.entity == "PERSON"
            ]
        numbers.learn_names(names)
        return Context(self._keys, numbers)

    def _replace(
        self, index: int, text: str, findings: Sequence[Finding], context: Context
    ) -> tuple[str, list[Replaced]]:
        pieces: list[str] = []
        account: list[Replaced] = []
        at = length = 0
        for finding in findings:
            raw = text[finding.start : finding.end]
            value = Value(finding.entity, raw, normal(finding.entity, raw, self._regions))
            rule = self._rule(finding.entity)
            mark = POLICIES[rule.policy](value, context)
            length += finding.start - at
            account.append(
                Replaced(
                    index,
                    finding.entity,
                    finding.detector,
                    finding.confidence,
                    finding.start,
                    finding.end,
                    length,
                    length + len(mark),
                    keyed_hash(context.hash_key, value) if self._version else None,
                    self._version,
                    rule.policy,
                    rule.severity,
                )
            )
            pieces += (text[at : finding.start], mark)
            length += len(mark)
            at = finding.end
        pieces.append(text[at:])
        return "".join(pieces), account

    def _rule(self, entity: str) -> EntityRule:
        rule = self._rules.get(entity)
        if rule is None:
            rule = self._rules[entity] = self.config.rule(entity)
        return rule
