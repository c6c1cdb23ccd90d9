"""Files of the report: HTML template, style sheet and script."""
