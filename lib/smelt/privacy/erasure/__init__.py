"""Erasure of one customer: through every table, with a certificate, and for good."""
