"""Where training rows come from: a release in a warehouse, or one that was exported, without Spark."""
