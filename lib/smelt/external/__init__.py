"""External data: its owner, licence terms and evidence, and rows that leak test rows of others."""
