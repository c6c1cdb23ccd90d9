"""A run killed within each of its stages, and whether the next ones end where an undisturbed run does."""
