"""Releases: rows for trainers, their manifest and fingerprint, and their export with a dataset card."""
