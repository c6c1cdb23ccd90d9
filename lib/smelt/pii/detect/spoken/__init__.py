"""Detection in speech: spelled letters and digits, spoken dates and addresses, answers to questions."""

from smelt.pii.detect.spoken.detector import SpokenDetector

__all__ = ["SpokenDetector"]
