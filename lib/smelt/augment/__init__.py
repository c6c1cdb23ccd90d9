"""Augmentation: further wordings of the questions of accepted pairs, by named rules or a model, checked and scored.

The original pair is called the parent and each new pair its child."""
