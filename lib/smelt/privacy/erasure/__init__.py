"""Permanent erasure of a customer from every table, with a certificate."""
