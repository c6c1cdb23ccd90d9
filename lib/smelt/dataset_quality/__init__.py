"""Whether a release as a whole is fit to train on: counted in Spark, judged by pure statistics.

Spark reduces the tables to one long frame of counts (``counting``: a row a measure and segment); from
there on everything is arithmetic on small numbers: intervals, comparison with the release before,
anomaly marks and gates. So every judgement is tested without Spark.
"""
