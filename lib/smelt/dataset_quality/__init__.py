"""Quality of a release as a whole: counted in Spark, judged by pure statistics.

Spark reduces the tables to one long frame of counts (``counting``: one row per measure and segment). Intervals,
comparison with the previous release, anomalies and gates are computed from these counts without Spark, and tested so.
"""
