"""Production logs: files of several formats as predictions and feedback, or as entries that cannot be used."""
