"""Fictitious values by entity: each module holds the ranges of one domain and where they are set aside."""

from __future__ import annotations

from collections.abc import Mapping

from smelt.pii.replace.fiction import cards, dates, identifiers, network, people, phones
from smelt.pii.replace.fiction.draw import Fiction

FICTION: Mapping[str, Fiction] = {
    **people.FICTION,
    **phones.FICTION,
    **cards.FICTION,
    **identifiers.FICTION,
    **network.FICTION,
    **dates.FICTION,
}
"""Entities that have a range of values belonging to nobody."""

__all__ = ["FICTION", "Fiction"]
