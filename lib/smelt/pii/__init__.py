"""Personal data: found, replaced, audited, and erased on request."""
