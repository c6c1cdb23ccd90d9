"""Rules that reword a question: paraphrase templates, more or less formal wording, synonyms.

A rule replaces whole words, keeps their case, and never changes protected text: placeholders, names, numbers, codes,
URLs, quotations, and words after a negation. The English rules are in ``english.yaml``; the configuration adds
synonyms of the domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple

import yaml

Kind = Literal["paraphrase", "formal", "informal", "synonym", "domain"]

PROTECTED = re.compile(
    r"""\[[A-Z][A-Z_]*(?:_\d+)?\]          # placeholders of scrubbing
      | \{\{.*?\}\} | <[^<>\s][^<>]*>      # template variables, tags
      | https?://\S+ | www\.\S+ | \S+@\S+  # addresses
      | "[^"]*" | “[^”]*” | `[^`]*`        # quotations
      | \b(?:[A-Za-z]+-)*\w*\d(?:[\w.,:/-]*\w)?  # numbers and codes
      | \b[A-Z]{2,}\b                      # abbreviations
      | (?<![.?!]\s)(?<!^)\b[A-Z][a-z]\w+  # names, but for the first word of a sentence
    """,
    re.VERBOSE | re.MULTILINE,
)
NEGATION = re.compile(
    r"\b(?:not|no|never|none|cannot|without|nor)\b(?:\W+\w+){0,2}|\w+n['’]t\b(?:\W+\w+){0,2}", re.IGNORECASE
)
SENTENCE = re.compile(r"[^.?!]+[.?!]+|[^.?!]+$")


class Rule(NamedTuple):
    """One rewording. ``{x}`` in ``replacements`` stands for the text that group x of the pattern matched."""

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    replacements: tuple[str, ...]
    spares: bool = True
    """Whether negations are protected; not for paraphrases, which keep them whole but may reorder the words around."""


@lru_cache(maxsize=1)
def english() -> tuple[Rule, ...]:
    """The rules of ``english.yaml``, in their order."""
    read = yaml.safe_load(resources.files("smelt.augment").joinpath("english.yaml").read_text("utf-8"))
    return tuple(_rule(kind, entry) for kind, entries in read.items() for entry in entries)


def domain(synonyms: Mapping[str, Sequence[str]]) -> tuple[Rule, ...]:
    """One rule per configured word or phrase, which replaces it by any of its synonyms in the same number."""
    found = []
    for number, (word, others) in enumerate(sorted(synonyms.items())):
        for ending in ("", "s"):
            pattern = re.compile(rf"\b{re.escape(_inflected(word, ending))}\b", re.IGNORECASE)
            found.append(
                Rule(
                    f"domain_{number}",
                    "domain",
                    pattern,
                    tuple(_inflected(other, ending) for other in others),
                )
            )
    return tuple(found)


def _inflected(word: str, ending: str) -> str:
    """The word or its plural: fee, fees; transfer fee, transfer fees; country, countries; box, boxes."""
    if not ending:
        return word
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|z|ch|sh)$", word) else f"{word}s"


def _rule(kind: Kind, entry: Mapping[str, object]) -> Rule:
    given = str(entry["from"])
    replacements = tuple(str(each) for each in entry["to"])  # type: ignore[attr-defined]
    if kind == "paraphrase":
        start, _, end = given.partition("{x}")
        only = str(entry.get("only", ""))
        pattern = rf"^{re.escape(start)}(?={only})(?P<x>[^?!.]*[^?!.\s])\s*[{re.escape(end)}]?$"
        return Rule(str(entry["name"]), kind, re.compile(pattern, re.IGNORECASE), replacements, spares=False)
    head = "" if given.startswith(("^", "(?")) else r"\b"
    tail = "" if given.endswith((")", "\\b")) else r"\b"
    compiled = re.compile(f"{head}{given}{tail}", re.IGNORECASE)
    return Rule(str(entry["name"]), kind, compiled, replacements)


def protected(text: str, *, negations: bool = True) -> list[tuple[int, int]]:
    """Spans (start, end) of ``text`` that no rule may change."""
    spans = [match.span() for match in PROTECTED.finditer(text) if match.group() not in ("I",)]
    if negations:
        spans += [match.span() for match in NEGATION.finditer(text)]
    return spans


def applied(rule: Rule, question: str) -> Iterator[str]:
    """The question with the rule applied at its first match, once for every replacement."""
    if rule.kind == "paraphrase":
        yield from _paraphrased(rule, question)
        return
    spans = protected(question, negations=rule.spares)
    for match in rule.pattern.finditer(question):
        start, end = match.span()
        if any(start < to and at < end for at, to in spans):
            continue
        for replacement in rule.replacements:
            yield question[:start] + _in_case(match.group(), replacement, start == 0) + question[end:]
        return


def _paraphrased(rule: Rule, question: str) -> Iterator[str]:
    """Paraphrase the last sentence only, and only if it has no further clause."""
    sentences = [(match.start(), match.group()) for match in SENTENCE.finditer(question)]
    if not sentences:
        return
    start, last = sentences[-1]
    lead = len(last) - len(last.lstrip())
    match = rule.pattern.match(last.strip())
    if match is None:
        return
    rest = match.group("x")
    if re.search(
        r"[,;:]|\b(?:and|but|or|so)\s+(?:i|how|what|when|where|why|can|could|do|is|are|will)\b",
        rest,
        re.IGNORECASE,
    ):
        return
    ends = last.strip()[-1:]
    for replacement in rule.replacements:
        said = replacement.replace("{x}", rest)
        if ends not in "?.!":
            said = said.rstrip("?.")
        yield question[: start + lead] + said[:1].upper() + re.sub(r"\bi\b", "I", said[1:])


def _in_case(old: str, new: str, is_first: bool) -> str:
    """``new`` with a capital first letter if ``old`` has one; the pronoun "i" always becomes I."""
    new = re.sub(r"\bi\b(?!\.)", "I", new)
    if old[:1].isupper() and old[:1].lower() != "i":
        return new[:1].upper() + new[1:]
    if old[:1] == "I" and is_first:
        return new[:1].upper() + new[1:]
    return new
