"""Turns records of all sources into conversations: who said what, as plain text without personal data."""
