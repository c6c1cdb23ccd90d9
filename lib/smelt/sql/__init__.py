"""SQL access to the tables: views, a fast engine without Spark, Spark on request, a shell, a server."""
