"""The counting in Spark: every function turns a table into rows of one long frame of counts (``long.SCHEMA``)."""
