"""The pattern detector: runs every enabled family in one engine."""

from __future__ import annotations

from collections import defaultdict

from smelt.pii.config import PiiConfig
from smelt.pii.detect.patterns import (
    account,
    card,
    crypto,
    custom,
    dates,
    email,
    iban,
    identifiers,
    national,
    national_digits,
    national_letters,
    network,
    numbers,
    phone,
    postal,
    recognised,
    secret,
    url,
    us,
    us_documents,
    username,
)
from smelt.pii.detect.patterns.matching.engine import Engine
from smelt.pii.detect.patterns.matching.labels import Labels
from smelt.pii.detect.patterns.matching.scene import RESERVED, Family
from smelt.pii.types import Finding, TextBatch


class PatternDetector:
    """Finds values with a form: addresses, numbers with checksums, secrets, and values labelled by context words."""

    name = "patterns"

    def __init__(self, config: PiiConfig) -> None:
        self._min_confidence = config.min_confidence
        self._disabled = frozenset(name for name, rule in config.entities.items() if not rule.enabled)
        self._engine = Engine(families(config), Labels())

    def detect(self, batch: TextBatch) -> list[Finding]:
        """All spans of enabled entities at or above the configured confidence; they may overlap."""
        found = [
            _without_bracket(finding, batch.texts[finding.text]) for finding in self._engine.detect(batch)
        ]
        ignored: dict[int, list[Finding]] = defaultdict(list)
        for finding in found:
            if finding.entity == RESERVED:
                ignored[finding.text].append(finding)
        return [
            finding
            for finding in found
            if finding.confidence >= self._min_confidence
            and finding.entity not in self._disabled
            and not (
                finding.text in ignored
                and any(
                    finding.start < rest.end and rest.start < finding.end for rest in ignored[finding.text]
                )
            )
        ]


def _without_bracket(finding: Finding, text: str) -> Finding:
    """Strip brackets around a number: ``(020 7946 0958)``."""
    if (
        finding.entity in ("PHONE", "ACCOUNT_NUMBER")
        and text[finding.start] == "("
        and ")" not in text[finding.start : finding.end]
    ):
        return finding._replace(start=finding.start + 1)
    return finding


def families(config: PiiConfig) -> tuple[Family, ...]:
    """All families of a configuration, custom ones last. Raises ConfigError for an invalid custom entity."""
    reserved = config.reserved
    judges = (
        card.judge(reserved),
        us.judge(reserved),
        phone.judge(reserved, tuple(dict.fromkeys((config.default_region, *config.regions)))),
        account.JUDGE,
        national.judge(national_digits.NUMBERS),
    )
    return (
        *email.families(reserved),
        *url.families(config.public),
        *network.families(reserved, config.public),
        *numbers.families(judges),
        *card.FAMILIES,
        *iban.FAMILIES,
        national.family("national", national_letters.NUMBERS),
        national.family("us_documents", us_documents.NUMBERS),
        *crypto.FAMILIES,
        *dates.families(with_dates=config.rule("DATE_TIME").enabled),
        *postal.FAMILIES,
        *secret.FAMILIES,
        *username.FAMILIES,
        *identifiers.FAMILIES,
        *identifiers.configured(config),
        *recognised.FAMILIES,
        *custom.families(config.custom),
    )
