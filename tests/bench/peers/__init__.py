"""smelt beside datatrove and data-juicer on the same tickets: ``python -m tests.bench.peers``."""
