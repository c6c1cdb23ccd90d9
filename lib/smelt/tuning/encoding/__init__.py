"""Encodes rows as tokens and labels with the base's template, checks each row, and stores them as Arrow files."""
