"""Promotion of a candidate to ``champion``: all rules are checked, and those that refuse are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smelt.tuning.config import PromotionConfig, TuningConfig
from smelt.tuning.errors import PromotionRefused, TuningError
from smelt.tuning.evaluation.framework import BASE, EVALUATION, PREVIOUS
from smelt.tuning.evaluation.framework import CANDIDATE as SYSTEM
from smelt.tuning.handover import registry
from smelt.tuning.handover.folder import ABOUT
from smelt.tuning.training.record import read_json


@dataclass(frozen=True)
class Contender:
    """A handed-over model with its evaluation, for the promotion rules."""

    digest: str
    about: dict[str, Any]
    evaluation: dict[str, Any]

    @property
    def system(self) -> dict[str, Any]:
        """The measures of the model itself."""
        found: dict[str, Any] = self.evaluation["systems"][SYSTEM]
        return found


def contender(folder: Path) -> Contender:
    """The handed-over model in ``folder``; raises TuningError if it was not evaluated."""
    about = read_json(folder / ABOUT)
    if not (folder / EVALUATION).is_file():
        raise TuningError(f"{folder.name} was never evaluated: smelt finetune hands over what it evaluated")
    return Contender(about["digest"], about, read_json(folder / EVALUATION))


def refusals(
    candidate: Contender, champion: Contender | None, config: PromotionConfig, approved_by: str | None
) -> list[str]:
    """One line, beginning with the rule's name, for every rule that the candidate breaks; empty if it may pass."""
    found = [
        *(
            _beats_base(candidate, config)
            if champion is None
            else _beats_champion(candidate, champion, config)
        ),
        *_private(candidate),
    ]
    collapse = candidate.system["collapse"]
    if collapse["collapsed"]:
        found.append(f"collapse: {'; '.join(collapse['reasons'])}")
    if not candidate.about["proof"]["answers_that_stopped"]:
        found.append("stop: none of its answers ended by itself when it was handed over")
    if config.needs_approval and not approved_by:
        found.append("approval: tuning.promotion.needs_approval asks for a person's name (--approved-by)")
    return found


def _beats_base(candidate: Contender, config: PromotionConfig) -> list[str]:
    against = candidate.evaluation["candidate_against"].get(BASE)
    if against is None:
        return ["better: it was not compared with its base (tuning.evaluation.compare)"]
    return _sure_gain(against[config.measure], config.measure, "its base")


def _beats_champion(candidate: Contender, champion: Contender, config: PromotionConfig) -> list[str]:
    measure = config.measure
    if candidate.digest == champion.digest:
        return ["better: it is the champion already"]
    if candidate.evaluation["row_ids"] != champion.evaluation["row_ids"]:
        against = candidate.evaluation["candidate_against"].get(PREVIOUS)
        compared_with = candidate.evaluation.get("previous")
        if against is None or compared_with != champion.digest:
            return ["better: it and the champion were judged on different rows; evaluate it with --previous"]
        own = candidate.evaluation["systems"]
        return [
            *_sure_gain(against[measure], measure, "the champion"),
            *_categories(own[SYSTEM], own[PREVIOUS], config),
        ]
    mine, theirs = _cell(candidate.system, measure), _cell(champion.system, measure)
    found = []
    if measure == "loss":
        if mine["mean"] >= _bound(theirs["low"], mine["mean"]):
            found.append(f"better: loss {mine['mean']:.4f} is not below the champion's interval")
    elif mine["mean"] <= _bound(theirs["high"], mine["mean"]):
        found.append(
            f"better: {measure} {mine['mean']:.4f} is not above the champion's interval"
            f" ({theirs['mean']:.4f}, at most {theirs['high'] if theirs['high'] is not None else 'unknown'})"
        )
    return [*found, *_categories(candidate.system, champion.system, config)]


def _cell(system: dict[str, Any], measure: str) -> dict[str, Any]:
    cell = system.get("loss") if measure == "loss" else system["scores"].get(measure)
    if cell is None:
        raise TuningError(f"tuning.promotion.measure: {measure} was not measured")
    return dict(cell)


def _bound(value: float | None, otherwise: float) -> float:
    """``value``, or ``otherwise``, with which the rule refuses, if it is None."""
    return otherwise if value is None else value


def _sure_gain(gain: dict[str, Any], measure: str, than: str) -> list[str]:
    better = gain["high"] is not None and gain["high"] < 0 if measure == "loss" else (gain["low"] or 0) > 0
    if better:
        return []
    low = "unknown" if gain["low"] is None else f"{gain['low']:+.4f}"
    return [
        f"better: {measure} is {gain['mean']:+.4f} against {than}, which is no sure gain (interval from {low})"
    ]


def _categories(own: dict[str, Any], other: dict[str, Any], config: PromotionConfig) -> list[str]:
    measure = "token_f1" if config.measure == "loss" else config.measure
    found = []
    for name, cells in sorted(other["by_category"].items()):
        theirs, mine = cells[measure], own["by_category"].get(name, {}).get(measure)
        if mine is None or theirs["n"] < config.min_category_rows:
            continue
        lost = theirs["mean"] - mine["mean"]
        if lost > config.category_drop:
            found.append(
                f"category: {measure} of {name} falls by {lost:.4f}; category_drop is {config.category_drop:g}"
            )
    return found


def _private(candidate: Contender) -> list[str]:
    found = [f"privacy: {problem}" for problem in candidate.evaluation["privacy"]["problems"]]
    said = candidate.evaluation["memorisation"].get("said", 0)
    if said:
        found.append(f"privacy: it says {said} planted secrets when it is asked")
    return found


def promote(config: TuningConfig, *, approved_by: str | None = None, cache: Path) -> registry.Version:
    """Move ``champion`` to the version with the alias ``candidate``.

    Raises PromotionRefused with every rule that refused, TuningError if there is no candidate or its files changed.
    """
    candidate = registry.by_alias(config, registry.CANDIDATE)
    if candidate is None:
        raise TuningError(f"{config.tracking.model_name} has no candidate; make one: smelt finetune RELEASE")
    champion = registry.by_alias(config, registry.CHAMPION)
    mine = contender(registry.fetch(candidate, config, cache))
    theirs = contender(registry.fetch(champion, config, cache)) if champion else None
    refused: Sequence[str] = refusals(mine, theirs, config.promotion, approved_by)
    if refused:
        raise PromotionRefused(f"version {candidate.number} of {candidate.name} stays a candidate", refused)
    tags = {"smelt.promoted_over": champion.number if champion else "none"}
    if approved_by:
        tags["smelt.approved_by"] = approved_by
    registry.set_champion(candidate, config, tags)
    return candidate
