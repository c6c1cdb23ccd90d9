"""Stratified group k-fold over a release: what training would give on other divisions of the same rows."""
