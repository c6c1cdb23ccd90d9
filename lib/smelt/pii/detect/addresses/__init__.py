"""Street addresses, by their words and by the names beside them."""

from smelt.pii.detect.addresses.detector import AddressDetector

__all__ = ["AddressDetector"]
