"""Training: a release, read by version, becomes an adapter with the scores that prove it. No Spark, no JVM."""
