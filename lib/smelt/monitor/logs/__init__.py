"""Reads production logs of several formats into predictions, feedback, and entries that cannot be used."""
