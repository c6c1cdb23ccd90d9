"""Question/answer pairs, made from conversations and articles; their texts are cleaned first."""
