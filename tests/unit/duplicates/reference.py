"""The definitions in plain Python: slow, obvious, and independent of the code under test."""

from __future__ import annotations


def shingles(text: str, *, words: int = 5, characters: int = 5, short: int = 12, whole: int = 5) -> set[str]:
    parts = text.split(" ") if text else []
    if not parts:
        return set()
    if len(parts) < whole:
        return {text}
    if len(parts) < short:
        return {text[i : i + characters] for i in range(max(1, len(text) - characters + 1))}
    return {" ".join(parts[i : i + words]) for i in range(max(1, len(parts) - words + 1))}


def jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def components(count: int, edges: list[tuple[int, int]]) -> list[int]:
    least = list(range(count))
    changed = True
    while changed:
        changed = False
        for a, b in edges:
            low = min(least[a], least[b])
            if least[a] != low or least[b] != low:
                least[a] = least[b] = low
                changed = True
    return least
