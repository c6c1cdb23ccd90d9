"""A run: its job, its stages in their order, and the books that it keeps."""
