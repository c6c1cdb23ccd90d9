"""People and addresses in text: known identities, introductions, a name lexicon, free-form addresses."""

from smelt.pii.detect.names.detector import NameDetector

__all__ = ["NameDetector"]
