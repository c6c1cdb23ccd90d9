"""Detection of people: known identities, introductions, a name lexicon."""

from smelt.pii.detect.names.detector import NameDetector

__all__ = ["NameDetector"]
