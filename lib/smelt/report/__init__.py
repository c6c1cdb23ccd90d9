"""The report of a release: read into a typed model, drawn as one HTML file, summed up as a dataset card."""
