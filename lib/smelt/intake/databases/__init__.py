"""Tables of a database as a source: what changed is copied into the landing folder, where intake finds it."""
