"""Statistics of the corpus that a pair comes from: word frequencies, usual answers, words linked across pairs."""
