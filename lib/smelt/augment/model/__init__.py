"""Pairs written by a language model on an OpenAI-compatible server: prompt, client, parsing, budget."""
