"""Speed and memory of the whole flow, raw files to a release: ``python -m tests.bench.flow``."""
