"""A run: its job, its stages in order, and its rows in ops.runs and ops.ledger."""
