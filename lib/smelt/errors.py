"""Errors for users. Their messages never quote the text of a record."""

from __future__ import annotations

from collections.abc import Sequence


class SmeltError(Exception):
    """Base of every error that smelt raises on purpose; the command line exits with ``exit_code``."""

    exit_code = 1


class ProblemsError(SmeltError):
    """An error that lists all problems at once, one per line."""

    def __init__(self, headline: str, problems: Sequence[str]) -> None:
        self.headline = headline
        self.problems = tuple(problems)
        super().__init__("\n".join([headline, *(f"  - {problem}" for problem in self.problems)]))


class ConfigError(ProblemsError):
    """Raised when the configuration has unknown keys, wrong values, contradictions or missing files."""

    exit_code = 2


class ContractError(ProblemsError):
    """Raised when a table differs from its contract in schemas/."""


class EnvironmentProblem(ProblemsError):
    """Raised when Java, Spark, Delta or the warehouse are not usable as they are."""


class LedgerImbalance(ProblemsError):
    """Raised when a stage's input is not accounted for: in = out + rejected + quarantined."""


class MissingExtra(SmeltError):
    """Raised when an optional dependency is needed; names the extra that brings it."""

    exit_code = 2

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: pip install 'smelt[{extra}]'")
