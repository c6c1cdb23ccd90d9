"""Requirements of Spark NLP on the session."""

from __future__ import annotations

import importlib.util

from pyspark.sql import SparkSession

from smelt.errors import EnvironmentProblem

PACKAGE = "com.johnsnowlabs.nlp:spark-nlp_2.12:5.5.3"
EXCLUDED = (
    "com.johnsnowlabs.nlp:tensorflow-cpu_2.12",
    "com.johnsnowlabs.nlp:jsl-llamacpp-cpu_2.12",
    "com.johnsnowlabs.nlp:jsl-openvino-cpu_2.12",
    "com.microsoft.onnxruntime:onnxruntime",
)
"""Deep learning engines: hundreds of megabytes that the annotators used here do not need."""


def session_settings() -> dict[str, str]:
    """Settings of a session for the stage, in addition to ``spark.extra_packages: [PACKAGE]``."""
    return {
        "spark.jars.excludes": ",".join(EXCLUDED),
        "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
        "spark.kryoserializer.buffer.max": "512m",
    }


def why_not(spark: SparkSession) -> str | None:
    """The reason why the stage cannot run in this session; None if it can."""
    if importlib.util.find_spec("sparknlp") is None:
        return "the Python package is not installed: pip install 'smelt[spark-nlp]'"
    if int(spark.version.split(".")[0]) != 3:
        return f"Spark NLP 5.5 has no jar for Spark {spark.version}; it runs on Spark 3.5"
    jvm = getattr(spark, "_jvm", None)
    if jvm is None:
        return "it needs a JVM of its own, which Spark Connect does not give"
    try:
        jvm.java.lang.Class.forName("com.johnsnowlabs.nlp.DocumentAssembler", True, _loader(jvm))
    except Exception as error:  # py4j wraps whatever the JVM throws
        if "ClassNotFound" not in str(error):
            raise
        return f"its jar is not in the session: spark.extra_packages needs {PACKAGE}"
    return None


def _loader(jvm: object) -> object:
    return jvm.java.lang.Thread.currentThread().getContextClassLoader()  # type: ignore[attr-defined]


def require(spark: SparkSession) -> None:
    """Raise EnvironmentProblem, with reason and settings, if the stage cannot run."""
    reason = why_not(spark)
    if reason:
        settings = "; ".join(f"{key}={value}" for key, value in session_settings().items())
        raise EnvironmentProblem(
            "pii.detectors.spark_nlp is on but cannot run here",
            [reason, f"spark.extra_packages: [{PACKAGE}]", f"spark.settings: {settings}"],
        )
