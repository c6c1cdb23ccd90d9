"""The detectors that a configuration asks for, in the order they run."""

from __future__ import annotations

import importlib
import importlib.util

from smelt.pii.config import PiiConfig
from smelt.pii.types import Detector


def configured_detectors(config: PiiConfig) -> tuple[Detector, ...]:
    """One instance of each detector that is on; imports only those."""
    detectors: list[Detector] = []
    if config.detectors.patterns:
        detectors.append(_patterns(config))
    if config.detectors.spoken and _exists("smelt.pii.spoken", "SpokenDetector"):
        from smelt.pii.spoken import SpokenDetector

        detectors.append(SpokenDetector(config))
    if config.detectors.names and _exists("smelt.pii.names", "NameDetector"):
        from smelt.pii.names import NameDetector

        detectors.append(NameDetector(config))
    return tuple(detectors)


def _patterns(config: PiiConfig) -> Detector:
    if _exists("smelt.pii.detect.patterns", "PatternDetector"):
        from smelt.pii.detect.patterns import PatternDetector

        return PatternDetector(config)
    from smelt.pii.fallback import PatternDetector as Simple

    return Simple(config)


def _exists(module: str, name: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None and hasattr(importlib.import_module(module), name)
    except ImportError:
        return False
