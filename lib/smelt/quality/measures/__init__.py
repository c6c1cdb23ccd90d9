"""The rules that smelt ships, a file a measure; importing this package registers them."""

from smelt.quality.measures import length

__all__ = ["length"]
