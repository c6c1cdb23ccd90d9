"""One writer a warehouse: a lease that is taken atomically, kept alive, and taken over when its owner is gone."""
