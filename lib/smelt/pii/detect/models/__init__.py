"""Trained models beside the rules: asked only about lines in which the rules are unsure."""

from smelt.pii.detect.models.detector import ModelDetector

__all__ = ["ModelDetector"]
