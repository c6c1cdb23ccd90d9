"""The approach ``instruction``: classifies pairs by kind, and words the prompt for each kind."""

from __future__ import annotations

import re
from typing import Literal

from smelt.tuning.encoding.rows import Pair

Kind = Literal["qa", "policy", "procedure"]

TEMPLATES: dict[Kind, str] = {
    "qa": "Answer the question.\n\nQuestion: {instruction}",
    "policy": "State what the policy says and to whom it applies.\n\nQuestion: {instruction}",
    "procedure": "Explain the steps in their order.\n\nTask: {instruction}",
}
CONTEXT = "\n\nWhat was said before:\n{input}"

_STEP_LINE = re.compile(r"^\s*(?:\d{1,2}[.)]|step\s+\d+\b|[-*•])\s+\S", re.I | re.M)
_ORDER = re.compile(
    r"\b(?:first(?:ly)?|second(?:ly)?|then|next|after (?:that|this|which)|afterwards|finally|lastly"
    r"|once (?:you|that|it|the)|before you|step \d+|follow these steps|as follows)\b",
    re.I,
)
_ACTION = re.compile(
    r"(?:^|[.!?;:,]\s+|\b(?:and|then|next|please|first|finally|to)\s+)"
    r"(?:open|click|select|choose|go to|press|tap|enter|type|log (?:in|out|on|off)|sign (?:in|out)|navigate|scroll"
    r"|download|install|unplug|plug|restart|reboot|turn (?:on|off)|hold|remove|insert|check|pull|ask|verify|confirm"
    r"|fill|submit|upload|attach|print|call|dial|visit|set|switch|enable|disable|copy|paste|save|reset|update|connect|wait"
    r"|search|send)\b",
    re.I,
)
_RULE = re.compile(
    r"\b(?:must(?: not)?|may not|(?:is|are) (?:not )?(?:allowed|permitted|required|eligible|entitled|covered|refundable"
    r"|non-refundable|excluded|prohibited|obliged|subject to|valid|limited to)|eligib\w+|polic(?:y|ies)|terms"
    r"|in accordance with|within \d+\s+(?:\w+\s+)?(?:day|week|month|year|hour)s?|no later than|at least \d+|up to \d+"
    r"|only if|unless|provided that|fees? appl\w+|cannot be (?:refunded|returned|exchanged|changed|transferred)"
    r"|warrant\w+|we (?:do not|don't|only) (?:accept|allow|offer|cover|refund))\b",
    re.I,
)
_ASKS_HOW = re.compile(
    r"\bhow (?:do|can|should|would|to|does one)\b|\bsteps?\b|\bwalk me through\b|\bset ?up\b", re.I
)
_ASKS_RULE = re.compile(
    r"\b(?:polic(?:y|ies)|allowed|permitted|eligible|entitled|rules?|am i able"
    r"|can i (?:still )?(?:return|cancel|get a refund|bring)|what happens if|how long do i have"
    r"|deadline|covered|warranty)\b",
    re.I,
)


def kind_of(question: str, answer: str) -> Kind:
    """The kind of a pair: ``procedure`` for a sequence of steps, ``policy`` for binding rules, else ``qa``.

    For English; texts of other languages are procedures if they are numbered lists, else qa. docs/training.md has the
    measured accuracy.

    This is for training rows only. For a question without its answer use :func:`kind_asked`.
    """
    steps = len(_STEP_LINE.findall(answer))
    ordered, actions = len(_ORDER.findall(answer)), len(_ACTION.findall(answer))
    procedure = (
        2 * (steps >= 2) + min(ordered, 2) + min(actions, 3) * 0.7 + (bool(_ASKS_HOW.search(question)))
    )
    policy = min(len(_RULE.findall(answer)), 3) * 1.1 + 1.2 * bool(_ASKS_RULE.search(question))
    if max(procedure, policy) < 2:
        return "qa"
    return "procedure" if procedure >= policy else "policy"


def kind_asked(question: str) -> Kind:
    """The kind by the question alone, for questions without an answer."""
    if _ASKS_HOW.search(question):
        return "procedure"
    return "policy" if _ASKS_RULE.search(question) else "qa"


def worded(question: str, before: str, kind: Kind) -> str:
    """The prompt for ``question`` and the conversation ``before`` it, in the template of ``kind``."""
    text = TEMPLATES[kind].replace("{instruction}", question)
    return text + CONTEXT.replace("{input}", before) if before else text


def instruction_pair(row: dict[str, str], *, is_known: bool) -> Pair:
    """The pair of a row with example_id, instruction, input and output, in the template of its kind.

    ``is_known``: whether the answer may be used to find the kind; only in training.
    """
    question, answer = row["instruction"], row["output"]
    kind = kind_of(question, answer) if is_known else kind_asked(question)
    return Pair(
        str(row["example_id"]), [{"role": "user", "content": worded(question, row["input"], kind)}], answer
    )
