"""Made data: further questions for answers that were accepted, each by a named rule, and checked before it is scored."""
