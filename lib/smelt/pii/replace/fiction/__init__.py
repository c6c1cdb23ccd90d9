"""Reserved ranges of fictitious values by entity; each module holds those of one domain, with their sources."""

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
"""Entity -> its range of values that belong to nobody."""

__all__ = ["FICTION", "Fiction"]
