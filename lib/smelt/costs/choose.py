"""Recommends an approach with reasons, by a table of rules, and the phases from a prompt to full fine-tuning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from smelt.costs.config import NeedsConfig
from smelt.costs.estimate import Cost

FEW, ENOUGH, MANY = 500, 1_000, 50_000
"""Numbers of rows below which tuning learns little, from which LoRA works, and from which full fine-tuning is worth
it: orders of magnitude of published runs, not measured on your data; for that use smelt crossvalidate."""


class Facts(NamedTuple):
    """The values that the rules test."""

    rows: int
    needs: NeedsConfig
    costs: Mapping[str, Cost]
    accuracy: float | None = None
    """Accuracy of the model in production, in [0, 1]; None if it is not monitored."""


class Rule(NamedTuple):
    """A condition on the facts that adds ``weight`` to an approach."""

    holds: Callable[[Facts], bool]
    approach: str
    weight: int
    because: str


RULES: tuple[Rule, ...] = (
    Rule(
        lambda f: f.rows < FEW, "prompt", 3,
        f"fewer than {FEW} accepted examples: they serve as examples in a prompt",
    ),
    Rule(lambda f: f.rows >= ENOUGH, "lora", 2, f"at least {ENOUGH:,} accepted examples are enough for an adapter"),
    Rule(lambda f: f.rows >= MANY, "full", 2, f"at least {MANY:,} examples can move all weights"),
    Rule(
        lambda f: f.needs.changes_per_month > 4, "prompt", 2,
        "what is right changes more than weekly: a prompt follows within minutes",
    ),
    Rule(
        lambda f: 1 < f.needs.changes_per_month <= 4, "lora", 1,
        "what is right changes more than monthly: an adapter is trained anew in hours",
    ),
    Rule(lambda f: f.needs.changes_per_month <= 0.25, "full", 1, "what is right hardly changes: a long training lasts"),
    Rule(
        lambda f: f.needs.latency_ms is not None and f.needs.latency_ms < 1_000, "lora", 2,
        "answers within a second ask for a small model and a short prompt",
    ),
    Rule(lambda f: f.needs.quality >= 0.95, "full", 2, "at 95 % right answers every point counts"),
    Rule(lambda f: 0.8 <= f.needs.quality < 0.95, "lora", 1, "a tuned model keeps style and facts of the domain"),
    Rule(
        lambda f: f.rows >= ENOUGH and f.needs.changes_per_month <= 1 and f.needs.quality < 0.8, "instruction", 1,
        "several tasks in one model, none of them critical",
    ),
)  # fmt: skip


class Choice(NamedTuple):
    """The recommended approach with reasons, reasons for the others, and those over budget (approach -> reason)."""

    approach: str
    because: list[str]
    instead: dict[str, list[str]]
    ruled_out: dict[str, str]


def choose(facts: Facts) -> Choice:
    """The approach with the greatest total weight within the budget; the cheaper one of equals."""
    budget = facts.needs.budget_usd
    out = {
        name: f"{cost.total:,.0f} USD are more than the budget of {budget:,.0f}"
        for name, cost in facts.costs.items()
        if budget is not None and cost.total > budget
    }
    said = [rule for rule in RULES if rule.holds(facts)]
    reasons = {name: [rule.because for rule in said if rule.approach == name] for name in facts.costs}
    weights = {name: sum(rule.weight for rule in said if rule.approach == name) for name in facts.costs}
    possible = [name for name in facts.costs if name not in out] or ["prompt"]
    best = min(possible, key=lambda name: (-weights[name], facts.costs[name].total, name))
    return Choice(
        best,
        reasons[best] or ["nothing speaks for another, and it is the cheapest that is possible"],
        {name: each for name, each in reasons.items() if each and name != best},
        out,
    )


class Phase(NamedTuple):
    """One phase, with the criteria for moving to the next one and whether each is met (None: not known)."""

    name: str
    what: str
    criteria: tuple[tuple[str, bool | None], ...]

    @property
    def is_over(self) -> bool:
        """Whether the phase has criteria and all are met."""
        return bool(self.criteria) and all(holds for _, holds in self.criteria)


def phases(facts: Facts, requests: float, break_even: float | None) -> list[Phase]:
    """The phases prompt prototype, LoRA and selective full fine-tuning, with their criteria.

    ``requests`` is the expected number until the horizon, ``break_even`` the number from which tuning is cheaper than
    prompting (None: never).
    """
    needs = facts.needs
    short = None if facts.accuracy is None else facts.accuracy < needs.quality
    pays = None if break_even is None else requests >= break_even
    wanted = f"the quality that is needed ({needs.quality:.0%})"
    affordable = needs.budget_usd is None or facts.costs["full"].total <= needs.budget_usd
    return [
        Phase(
            "prompt prototype",
            "a large model with instructions and examples, measured before anything is trained",
            (
                (f"{ENOUGH:,} accepted examples ({facts.rows:,} are there)", facts.rows >= ENOUGH),
                (f"it stays below {wanted}, or requests pay for tuning", _either(short, pays)),
            ),
        ),
        Phase(
            "LoRA",
            "an adapter on the newest release: promoted by rules, monitored, retrained by plan",
            (
                (f"{MANY:,} accepted examples ({facts.rows:,} are there)", facts.rows >= MANY),
                (f"the adapter stays below {wanted}", short),
                ("the budget allows it", affordable),
            ),
        ),
        Phase(
            "selective full fine-tuning",
            "all weights for the tasks whose adapters fall short; the others stay adapters",
            (),
        ),
    ]


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False
