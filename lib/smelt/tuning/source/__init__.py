"""Reads training rows without Spark, from a release in a warehouse or an export."""
