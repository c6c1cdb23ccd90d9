"""The grammar: companies, issues and phrases from conf/generate, compiled to templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from smelt.generate.text import Template, compile_template

Templates = tuple[Template, ...]


@dataclass(frozen=True)
class Issue:
    """A kind of problem with its own symptoms, causes and remedies."""

    category: str
    name: str
    subjects: Templates
    symptoms: Templates
    causes: Templates
    steps: Templates


@dataclass(frozen=True)
class Company:
    """A company with its products and issues."""

    name: str
    industry: str
    products: tuple[str, ...]
    components: tuple[str, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Grammar:
    """The whole grammar."""

    companies: tuple[Company, ...]
    slots: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, Templates]
    personal: Mapping[str, Templates]


@cache
def load_grammar() -> Grammar:
    """The grammar that ships with smelt."""
    topics = _read("topics.yaml")
    phrases = _read("phrases.yaml")
    slots = {name: tuple(values) for name, values in phrases.pop("slots").items()}
    personal = {entity: _compiled(lines) for entity, lines in phrases.pop("personal").items()}
    flat: dict[str, Templates] = {}
    for name, value in phrases.items():
        if isinstance(value, Mapping):
            flat.update({f"{name}.{part}": _compiled(lines) for part, lines in value.items()})
        else:
            flat[name] = _compiled(value)
    return Grammar(tuple(_company(entry) for entry in topics), slots, flat, personal)


def _company(entry: Mapping[str, Any]) -> Company:
    issues = tuple(
        Issue(
            category=issue["category"],
            name=issue["name"],
            subjects=_compiled(issue["subjects"]),
            symptoms=_compiled(issue["symptoms"]),
            causes=_compiled(issue["causes"]),
            steps=_compiled(issue["steps"]),
        )
        for issue in entry["issues"]
    )
    return Company(
        entry["company"], entry["industry"], tuple(entry["products"]), tuple(entry["components"]), issues
    )


def _compiled(lines: Sequence[str]) -> Templates:
    return tuple(compile_template(str(line)) for line in lines)


def _read(name: str) -> Any:
    text = (files("smelt.conf") / "generate" / name).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)
