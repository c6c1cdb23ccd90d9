"""Rules: a name, a measure, and a function from a batch of pairs to scores.

A rule rejects a pair if its score is below the pass mark of its measure and its ``is_certain``, if any, confirms it;
the rule's name is then a reason in ``rejections``. The score of a measure is the lowest of its rules'.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from smelt.errors import ConfigError
from smelt.quality.pairs import Pairs
from smelt.quality.texts import Flags, Floats

Inputs = Mapping[str, npt.NDArray[Any]]
Verdict = Floats | tuple[Floats, Inputs]


@dataclass(frozen=True)
class Rule:
    """One named check.

    ``judge`` returns a score in [0, 1] for each pair (1: no fault found), and optionally also its inputs, name -> one
    value per pair, for ``explain``.
    """

    name: str
    measure: str
    judge: Callable[[Pairs], Verdict]
    looks_at: Literal["question", "answer", "pair"] = "pair"
    """A rule that looks at one side only is evaluated once per distinct text of that side."""
    is_certain: Callable[[Pairs], Flags] | None = None
    """Called for pairs with a score below the pass mark: whether there is enough evidence to reject. None: always."""

    def rejects(self, pairs: Pairs, scores: Floats, mark: float) -> Flags:
        """Whether each pair is rejected: its score is below ``mark``, and the rule is certain of it."""
        low: Flags = scores < mark
        rows = np.nonzero(low)[0]
        if self.is_certain is not None and len(rows):
            low[rows] = self.is_certain(pairs.take(rows))
        return low

    def assess(self, pairs: Pairs) -> tuple[Floats, Inputs]:
        """Scores clamped to [0, 1] and their inputs."""
        verdict = self.judge(pairs)
        scores, inputs = verdict if isinstance(verdict, tuple) else (verdict, {})
        clean = np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=1.0)
        if clean.shape != (len(pairs),):
            raise ConfigError(
                f"rule {self.name} cannot be used", [f"it gave {clean.shape} scores for {len(pairs)} pairs"]
            )
        return np.clip(clean, 0.0, 1.0), inputs

    @property
    def summary(self) -> str:
        """First line of the rule's docstring."""
        return (self.judge.__doc__ or "").strip().split("\n")[0]


@dataclass
class Registry:
    """The rules of one configuration by name, in order of addition."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """Register ``rule``; a later rule of the same name replaces the earlier one."""
        self.rules[rule.name] = rule

    def chosen(self, disabled: Iterable[str] = ()) -> list[Rule]:
        """The rules except ``disabled``. Raises ConfigError for unknown names."""
        off = set(disabled)
        unknown = sorted(off - set(self.rules))
        if unknown:
            raise ConfigError(
                "the configuration names rules that are not there",
                [f"quality.disabled: {name}" for name in unknown],
            )
        return [rule for name, rule in self.rules.items() if name not in off]


_made: dict[str, dict[str, Rule]] = {}
"""Module or plugin -> name -> rule."""
_loading: ContextVar[str | None] = ContextVar("plugin that is being loaded", default=None)


def register(rule: Rule) -> None:
    """Register ``rule`` for the plugin being loaded, else for the module of its function."""
    origin = _loading.get() or rule.judge.__module__
    _made.setdefault(origin, {})[rule.name] = rule


def made_by(origin: str) -> tuple[Rule, ...]:
    """The rules of a module, or of a plugin loaded under this name (:func:`loading`), in order of registration."""
    return tuple(_made.get(origin, {}).values())


@contextlib.contextmanager
def loading(origin: str) -> Iterator[None]:
    """While the block runs, registered rules belong to ``origin``, replacing its earlier ones."""
    _made.pop(origin, None)
    token = _loading.set(origin)
    try:
        yield
    finally:
        _loading.reset(token)


class _Register:
    """Backs ``REGISTRY``, kept for plugins; ``add`` is :func:`register`."""

    def add(self, rule: Rule) -> None:
        """See :func:`register`."""
        register(rule)


REGISTRY = _Register()


def rule(
    name: str,
    *,
    measure: str,
    looks_at: Literal["question", "answer", "pair"] = "pair",
    is_certain: Callable[[Pairs], Flags] | None = None,
) -> Callable[[Callable[[Pairs], Verdict]], Callable[[Pairs], Verdict]]:
    """Register the decorated function as the rule ``name`` of ``measure``."""

    def made(judge: Callable[[Pairs], Verdict]) -> Callable[[Pairs], Verdict]:
        register(Rule(name, measure, judge, looks_at, is_certain))
        return judge

    return made
