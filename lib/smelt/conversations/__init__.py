"""One grain for all sources: who said what, as plain text, scrubbed of personal data."""
