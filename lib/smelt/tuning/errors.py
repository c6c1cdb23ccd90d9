"""Errors of the training job. None of them quotes the text of a row."""

from __future__ import annotations

from smelt.errors import ProblemsError, SmeltError


class TuningError(SmeltError):
    """Raised when training, evaluation or hand-over cannot go on; says what to do."""


class ReleaseUnusable(ProblemsError):
    """Raised when a release cannot be trained on: missing, half written, changed, or holding forbidden rows."""

    exit_code = 2


class ChecksFailed(ProblemsError):
    """Raised before the first step when a run would not learn what its rows say."""

    exit_code = 2


class BaseUnusable(ProblemsError):
    """Raised when the base model's folder lacks what training needs, or does not fit together."""

    exit_code = 2


class CheckpointMismatch(ProblemsError):
    """Raised when a checkpoint belongs to another release, base or configuration."""

    exit_code = 2


class PromotionRefused(ProblemsError):
    """Raised when a candidate may not become champion; every rule that refused is a line."""

    exit_code = 10
