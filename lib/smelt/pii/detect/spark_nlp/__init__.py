"""The optional Spark NLP stage: entity rulers from configuration and a name model that ``smelt train-ner`` trains.

Default lane only (Spark 3.5, Scala 2.12). It needs a JVM, so it does not run over Spark Connect.
"""

from smelt.pii.detect.spark_nlp.recognise import with_recognised
from smelt.pii.detect.spark_nlp.runtime import session_settings, why_not

__all__ = ["session_settings", "why_not", "with_recognised"]
