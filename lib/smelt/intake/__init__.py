"""Intake: reads files of many formats into raw records with an identity, or quarantined entries with reasons."""
