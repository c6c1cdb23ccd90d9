"""User-defined entities, from the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from smelt.errors import ConfigError
from smelt.pii.config import CustomEntity
from smelt.pii.detect.patterns.matching import checksums
from smelt.pii.detect.patterns.matching.scene import Family, Hit, Scene
from smelt.regexes import problem_of, spans


def families(entities: Mapping[str, CustomEntity]) -> tuple[Family, ...]:
    """One family per entity. Raises ConfigError listing every invalid pattern or checksum."""
    problems = [problem for name, entity in entities.items() for problem in _problems(name, entity)]
    if problems:
        raise ConfigError("pii.custom cannot be used", problems)
    return tuple(_family(name, entity) for name, entity in entities.items())


def _problems(name: str, entity: CustomEntity) -> Iterator[str]:
    problem = problem_of(entity.pattern)
    if problem is not None:
        yield f"{name}.pattern: {problem}"
    if entity.checksum is not None and not checksums.exists(entity.checksum):
        yield f"{name}.checksum {entity.checksum!r} is neither luhn, mod97 nor a python-stdnum module such as 'de.idnr'"


def _family(name: str, entity: CustomEntity) -> Family:
    context = _words(entity.context)
    veto = _words(entity.veto)

    def find(scene: Scene) -> Iterator[Hit]:
        text = scene.text
        for start, end in spans(entity.pattern, text):
            if entity.checksum and not checksums.is_valid(entity.checksum, text[start:end]):
                continue
            around = text[max(0, start - entity.window) : start] + " " + text[end : end + entity.window]
            if context is not None and not context.search(around) and not context.search(scene.question):
                continue
            if veto is not None and veto.search(around):
                continue
            yield Hit(name, start, end, f"custom.{name.lower()}", entity.confidence)

    return Family(f"custom.{name.lower()}", (entity.pattern,), find)


def _words(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in words) + r")(?!\w)", re.IGNORECASE)
