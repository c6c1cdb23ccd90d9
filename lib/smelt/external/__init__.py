"""External data: its owner, licence terms and evidence, attribution of its rows, and withdrawal of a source."""
