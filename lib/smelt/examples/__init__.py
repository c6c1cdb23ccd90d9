"""Makes question/answer pairs from conversations and articles, and cleans their texts."""
