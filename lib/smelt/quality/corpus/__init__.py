"""What is known of the corpus that a pair comes from: rare words, usual answers, who answers what."""
