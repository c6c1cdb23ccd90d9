"""The configured detectors, in the order in which they run."""

from __future__ import annotations

from smelt.pii.config import PiiConfig
from smelt.pii.types import Detector


def configured_detectors(config: PiiConfig) -> tuple[Detector, ...]:
    """One instance of each enabled detector; only these are imported."""
    detectors: list[Detector] = []
    if config.detectors.patterns:
        from smelt.pii.detect.patterns import PatternDetector

        detectors.append(PatternDetector(config))
    if config.detectors.spoken:
        from smelt.pii.detect.spoken import SpokenDetector

        detectors.append(SpokenDetector(config))
    if config.detectors.names:
        from smelt.pii.detect.addresses import AddressDetector
        from smelt.pii.detect.names import NameDetector

        names = NameDetector(config)
        detectors += [AddressDetector(config), names]
        if config.detectors.ner.kind != "none":
            from smelt.pii.detect.models import ModelDetector

            detectors.append(ModelDetector(config, names))
    return tuple(detectors)
