"""Trained models that complement the rules, for lines in which the rules are unsure."""

from smelt.pii.detect.models.detector import ModelDetector

__all__ = ["ModelDetector"]
