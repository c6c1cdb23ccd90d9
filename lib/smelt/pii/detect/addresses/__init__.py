"""Detection of street addresses, by street words and names."""

from smelt.pii.detect.addresses.detector import AddressDetector

__all__ = ["AddressDetector"]
