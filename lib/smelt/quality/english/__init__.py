"""Packaged models of English: word frequencies, bigrams and word vectors."""
