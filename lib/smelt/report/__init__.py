"""The report of a release: read into a typed model, rendered as one HTML file and as a dataset card."""
