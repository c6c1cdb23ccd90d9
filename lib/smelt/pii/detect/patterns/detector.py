"""The pattern detector: every family that the configuration enables, in one engine."""

from __future__ import annotations

from smelt.pii.config import PiiConfig
from smelt.pii.detect.engine import Engine
from smelt.pii.detect.labels import Labels
from smelt.pii.detect.patterns import email, url
from smelt.pii.types import Finding, TextBatch


class PatternDetector:
    """Finds what has a form: addresses, numbers with checksums, secrets, and what context words label."""

    name = "patterns"

    def __init__(self, config: PiiConfig) -> None:
        self._config = config
        self._disabled = frozenset(name for name, rule in config.entities.items() if not rule.enabled)
        self._engine = Engine([*email.FAMILIES, *url.FAMILIES], Labels())

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All spans of enabled entities at or above the configured confidence; they may overlap."""
        return [
            finding
            for finding in self._engine.detect(batch)
            if finding.confidence >= self._config.min_confidence and finding.entity not in self._disabled
        ]
