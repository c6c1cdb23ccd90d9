"""Generates answers by a local model or a server, with or without few-shot examples."""
