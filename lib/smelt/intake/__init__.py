"""Intake: files of many formats become raw records with an identity, or quarantined entries with reasons."""
