"""Makes children of a question by applying a few rules, chosen by a seeded random generator."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from smelt.augment.rules import Rule, applied
from smelt.identity import stable_id


class Child(NamedTuple):
    """A reworded question and the names of the rules that made it, in the order of their application."""

    question: str
    rules: tuple[str, ...]


def children_of(
    question: str, rules: Sequence[Rule], *, many: int, most_rules: int, seed: str
) -> list[Child]:
    """Up to ``many`` children of ``question``, which differ in more than case and white space.

    A paraphrase comes first if one applies; rules that undo each other are not combined. The same question, rules
    and seed give the same children.
    """
    chance = random.Random(stable_id(seed, question))
    seen = {_plain(question)}
    found: list[Child] = []
    for _ in range(many * 6):
        if len(found) >= many:
            break
        child = _child(question, rules, chance, chance.randint(1, most_rules))
        if child is not None and _plain(child.question) not in seen:
            seen.add(_plain(child.question))
            found.append(child)
    return found


def _child(question: str, rules: Sequence[Rule], chance: random.Random, wanted: int) -> Child | None:
    order = list(rules)
    chance.shuffle(order)
    order.sort(key=lambda rule: rule.kind != "paraphrase")
    tone: str | None = None
    text = question
    used: list[str] = []
    has_paraphrase = False
    for rule in order:
        if len(used) >= wanted:
            break
        if rule.kind == "paraphrase" and (has_paraphrase or chance.random() < 0.3):
            continue
        if rule.kind in ("formal", "informal") and tone not in (None, rule.kind):
            continue
        made = [each for each in applied(rule, text) if _plain(each) not in (_plain(text), _plain(question))]
        if made:
            text = chance.choice(made)
            used.append(rule.name)
            has_paraphrase |= rule.kind == "paraphrase"
            tone = rule.kind if rule.kind in ("formal", "informal") else tone
    return Child(text, tuple(used)) if used else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
