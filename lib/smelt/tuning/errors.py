"""Errors of the training job; their messages never quote the text of a row."""

from __future__ import annotations

from smelt.errors import ProblemsError, SmeltError


class TuningError(SmeltError):
    """Raised if training, evaluation or hand-over cannot continue; the message says what to do."""


class ReleaseUnusable(ProblemsError):
    """Raised if a release cannot be trained on: missing, incomplete, changed, or with forbidden rows."""

    exit_code = 2


class ChecksFailed(ProblemsError):
    """Raised before the first step if the checks found problems."""

    exit_code = 2


class BaseUnusable(ProblemsError):
    """Raised if the base model's folder lacks files for training or is inconsistent."""

    exit_code = 2


class CheckpointMismatch(ProblemsError):
    """Raised when a checkpoint belongs to another release, base or configuration."""

    exit_code = 2


class PromotionRefused(ProblemsError):
    """Raised if a candidate may not become champion; each rule that refused is one line."""

    exit_code = 10
