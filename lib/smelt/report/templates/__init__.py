"""Files of the report: the page, its style and its behaviour."""
