"""Pairs written by a language model behind any OpenAI-compatible server: prompt, client, answers, budget."""
