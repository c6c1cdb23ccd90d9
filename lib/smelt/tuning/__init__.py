"""Training, evaluation and hand-over of adapters and models from a release, without Spark or a JVM."""
