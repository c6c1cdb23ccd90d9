"""Sources of export formats that many share, by name."""
