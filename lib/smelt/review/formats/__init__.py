"""Tasks out and answers in: Label Studio, Argilla, CSV and JSON lines."""
