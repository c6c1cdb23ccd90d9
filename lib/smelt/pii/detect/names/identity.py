"""The identities that a record itself states: names in parts, and whole values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from smelt.pii.detect.names.lexicon import Lexicon, fold
from smelt.pii.detect.names.runs import PARTICLES, tokens
from smelt.pii.detect.names.words import words
from smelt.pii.types import Known

ENTITY = {
    "email": "EMAIL",
    "phone": "PHONE",
    "username": "USERNAME",
    "user": "USERNAME",
    "login": "USERNAME",
    "address": "STREET_ADDRESS",
}
NAME_KINDS = frozenset(
    ("name", "first_name", "last_name", "agent", "agent_name", "customer_name", "full_name")
)
TYPO_LETTERS = 5
_TITLES = words("titles_and_degrees")
_NO_LETTERS = re.compile(r"[\d._+-]+")


@dataclass(frozen=True)
class Identity:
    """The identities of one conversation: folded parts of names, and whole values with their entities."""

    parts: frozenset[str]
    words: frozenset[str]
    values: tuple[tuple[str, str], ...]
    handles: tuple[str, ...]
    long_parts: tuple[str, ...]

    @classmethod
    def of(cls, known: Sequence[Known], lexicon: Lexicon) -> Identity:
        """Combine the identities of one conversation; values of up to two characters are ignored."""
        parts: dict[str, None] = {}
        values: dict[tuple[str, str], None] = {}
        handles: dict[str, None] = {}
        for kind, value in known:
            label, kind, value = kind, kind.lower(), value.strip()
            if kind in NAME_KINDS:
                parts.update(dict.fromkeys(_name_parts(value)))
                continue
            if kind.startswith("entity:"):
                values[value.lower(), label[len("entity:") :].upper()] = None
            elif len(value) > 3:
                values[value.lower(), ENTITY.get(kind, "USERNAME" if kind.endswith("name") else "PERSON")] = (
                    None
                )
            if kind == "email" and "@" in value:
                local = value.split("@", 1)[0]
                parts.update(
                    dict.fromkeys(p for p in _name_parts(_NO_LETTERS.sub(" ", local)) if lexicon.flags(p))
                )
                if len(local) > 4 and not lexicon.is_word(local) and not lexicon.flags(local):
                    handles[local.lower()] = None
        return cls(
            frozenset(parts),
            frozenset(part for part in parts if lexicon.is_word(part)),
            tuple(values),
            tuple(handles),
            tuple(part for part in parts if len(part) >= TYPO_LETTERS),
        )

    def with_names(self, names: Iterable[str], lexicon: Lexicon) -> Identity:
        """This identity with the parts of further names; usually they are known already."""
        new = [name for name in names if name not in self.parts]
        if not new:
            return self
        more = Identity.of([Known("name", name) for name in new], lexicon)
        return Identity(
            self.parts | more.parts,
            self.words | more.words,
            self.values,
            self.handles,
            (*self.long_parts, *(part for part in more.long_parts if part not in self.parts)),
        )


NOBODY = Identity(frozenset(), frozenset(), (), (), ())


@lru_cache(maxsize=8192)
def _name_parts(value: str) -> tuple[str, ...]:
    parts: list[str] = []
    for token in tokens(value):
        folded = fold(token.text)
        if len(folded) > 1 and folded not in _TITLES and folded not in PARTICLES:
            parts.append(folded)
            if "-" in folded:
                parts += (part for part in folded.split("-") if len(part) > 2)
    return tuple(parts)
