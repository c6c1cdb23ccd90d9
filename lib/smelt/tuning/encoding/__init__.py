"""Rows as tokens and labels: rendered by the base's template, checked row by row, kept in an Arrow file."""
