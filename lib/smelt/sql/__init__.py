"""The tables for people who ask in SQL: views, a fast reader without Spark, Spark where asked, a shell, a server."""
