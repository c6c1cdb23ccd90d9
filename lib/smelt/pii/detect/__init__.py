"""Detection by pattern, checksum and context: pure functions over texts, without Spark."""
