"""Made data: further questions for accepted answers, each by a named rule, and checked before it is scored."""
