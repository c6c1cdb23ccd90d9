"""The finished model: a folder of its own, proved in another process, registered, and promoted through a gate."""
