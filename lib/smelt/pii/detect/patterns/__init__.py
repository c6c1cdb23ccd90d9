"""Pattern families, one per module, and the detector that runs them all."""

from smelt.pii.detect.patterns.detector import PatternDetector

__all__ = ["PatternDetector"]
