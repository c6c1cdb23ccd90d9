"""Question/answer pairs, made from conversations and articles."""
