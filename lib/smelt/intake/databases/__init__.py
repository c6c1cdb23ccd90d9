"""Database tables as sources: changed rows are copied into the landing folder, where intake reads them."""
