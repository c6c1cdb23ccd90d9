"""Stratified group k-fold cross-validation over the rows of a release."""
