"""Writes tasks and reads answers in the formats of Label Studio, Argilla, CSV and JSON lines."""
