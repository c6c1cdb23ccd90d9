"""One writer per warehouse: a lease that is taken atomically, renewed, and taken over when its owner is gone."""
