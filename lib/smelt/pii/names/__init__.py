"""People and addresses in text: known identities, introductions, a name lexicon, free-form addresses."""

from smelt.pii.names.detector import NameDetector

__all__ = ["NameDetector"]
