"""What smelt knows of English without a corpus: words, how they follow each other, what they mean."""
