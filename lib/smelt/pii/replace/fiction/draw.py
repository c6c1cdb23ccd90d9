"""Deterministic draws from a range by key: equal values draw equal surrogates."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from smelt.pii.replace.value import Value

T = TypeVar("T")


class Fiction(Protocol):
    """A range of values that belong to nobody."""

    def holds(self, text: str) -> bool:
        """Whether a value is in the range, and thus its own surrogate."""
        ...

    def invent(self, value: Value, key: bytes) -> str:
        """The surrogate of ``value``, in its format."""
        ...


class Draw:
    """A deterministic stream of choices from key and seed (entity, value): HMAC-SHA256 in counter mode."""

    def __init__(self, key: bytes, *seed: str) -> None:
        message = "\x1f".join(seed).encode("utf-8", "surrogatepass")
        self._seed = hmac.new(key, message, hashlib.sha256).digest()
        self._counter = 0

    def below(self, limit: int) -> int:
        """A number from 0 up to, not including, ``limit`` (at most 10^12: the bias stays under 10^-7)."""
        block = hmac.new(self._seed, self._counter.to_bytes(4, "big"), hashlib.sha256).digest()
        self._counter += 1
        return int.from_bytes(block[:8], "big") % limit

    def digits(self, count: int) -> str:
        """``count`` decimal digits."""
        return "".join(str(self.below(10)) for _ in range(count))

    def letters(self, count: int, alphabet: str = "abcdefghijklmnop") -> str:
        """``count`` letters."""
        return "".join(alphabet[self.below(len(alphabet))] for _ in range(count))

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]


@dataclass(frozen=True)
class Range:
    """A range defined by a regex, and a function that writes one of its values."""

    pattern: re.Pattern[str]
    write: Callable[[Value, Draw], str]

    def holds(self, text: str) -> bool:
        """Whether the whole value matches."""
        return self.pattern.fullmatch(text.strip()) is not None

    def invent(self, value: Value, key: bytes) -> str:
        """Draw a value by key, entity and normal form."""
        return self.write(value, Draw(key, value.entity, value.normal))


def in_format(digits: str, like: str) -> str:
    """``digits`` with the separators of ``like`` if that has as many ASCII digits; without separators otherwise."""
    if sum(character.isdecimal() for character in like) != len(digits) or not like.isascii():
        return digits
    following = iter(digits)
    return "".join(next(following) if character.isdecimal() else character for character in like)
