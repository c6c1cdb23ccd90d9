"""Data of the generator: phrases, plans."""
