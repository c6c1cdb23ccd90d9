"""Rules: a name, the measure it feeds, and a function from a batch of pairs to scores.

A rule is one idea in one place. Its name is the reason that stands in ``rejections`` when its score
is below the pass mark of its measure and, where the rule asks for evidence beside the score, that is
there too. A measure is as good as the weakest of its rules.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
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

    ``judge`` returns a score in [0, 1] for each pair (1: nothing to complain of), and may return
    beside it the inputs that it was computed from: name to one value a pair, for ``explain``.
    """

    name: str
    measure: str
    judge: Callable[[Pairs], Verdict]
    looks_at: Literal["question", "answer", "pair"] = "pair"
    """A rule that looks at one side alone is asked once for each distinct text, whatever stands on the other side."""
    is_certain: Callable[[Pairs], Flags] | None = None
    """Asked of pairs whose score is below the pass mark: whether there is evidence enough to reject. None: there is."""

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
            raise ValueError(f"rule {self.name} gave {clean.shape} scores for {len(pairs)} pairs")
        return np.clip(clean, 0.0, 1.0), inputs

    @property
    def summary(self) -> str:
        """First line of the rule's docstring."""
        return (self.judge.__doc__ or "").strip().split("\n")[0]


@dataclass
class Registry:
    """All rules by name, in the order of registration."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """Register ``rule``; a later rule of the same name replaces the earlier one."""
        self.rules[rule.name] = rule

    def chosen(self, disabled: Iterable[str] = ()) -> list[Rule]:
        """Rules that run, without ``disabled``; raises ConfigError for names nobody knows."""
        off = set(disabled)
        unknown = sorted(off - set(self.rules))
        if unknown:
            raise ConfigError(
                "the configuration names rules that are not there",
                [f"quality.disabled: {name}" for name in unknown],
            )
        return [rule for name, rule in self.rules.items() if name not in off]


REGISTRY = Registry()


def rule(
    name: str,
    *,
    measure: str,
    looks_at: Literal["question", "answer", "pair"] = "pair",
    is_certain: Callable[[Pairs], Flags] | None = None,
) -> Callable[[Callable[[Pairs], Verdict]], Callable[[Pairs], Verdict]]:
    """Register the decorated function as the rule ``name`` of ``measure``."""

    def register(judge: Callable[[Pairs], Verdict]) -> Callable[[Pairs], Verdict]:
        REGISTRY.add(Rule(name, measure, judge, looks_at, is_certain))
        return judge

    return register


def load_plugins(plugins: Iterable[str]) -> None:
    """Import smelt's own rules and each module, or Python file, of ``quality.plugins`` so that their rules register.

    Raises ConfigError naming every plugin that cannot be found.
    """
    importlib.import_module("smelt.quality.measures")
    problems = [problem for plugin in plugins if (problem := _load_once(plugin))]
    if problems:
        raise ConfigError("rules of your own cannot be loaded", problems)


@cache
def _load_once(plugin: str) -> str | None:
    """Import ``plugin``; what is wrong with it where it cannot be found."""
    if not plugin.endswith(".py"):
        try:
            importlib.import_module(plugin)
        except ModuleNotFoundError as error:
            return f"quality.plugins: no module {error.name}"
        return None
    spec = importlib.util.spec_from_file_location(Path(plugin).stem, plugin)
    if spec is None or spec.loader is None or not Path(plugin).is_file():
        return f"quality.plugins: no file {plugin}"
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    return None
