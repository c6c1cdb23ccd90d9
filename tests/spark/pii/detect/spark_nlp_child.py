"""Runs the Spark NLP stage in a process of its own, since the shared session has no jar of it. Prints JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from smelt.pii.config import SparkNlpConfig
from smelt.pii.detect.spark_nlp import session_settings, why_not, with_recognised
from smelt.pii.detect.spark_nlp.runtime import PACKAGE
from smelt.pii.detect.spark_nlp.training import Labelled, model_spans, train
from smelt.spark.config import SparkConfig
from smelt.spark.session import get_session

RULES = [
    {"label": "PERSON", "patterns": ["Zyxo Qavarr"]},
    {"label": "POLICY_NUMBER", "patterns": [r"PX-\d{6}"], "regex": True},
]
BRONZE = (
    "record_id string, title string, subject string, body string, resolution string,"
    " turns array<struct<role:string,text:string,at:timestamp>>, known array<struct<kind:string,value:string>>"
)
NAMES = ["Rosa", "Omar", "Ines", "Hugo", "Lena", "Ravi", "Tara", "Igor"]
SENTENCES = [
    "I spoke with {} today.",
    "😀 please ask {} about it.",
    "The parcel is for {}.",
    "Did {} call you back?",
]


def labelled() -> list[Labelled]:
    rows = [Labelled("The parcel is late again.", ())] * 4
    for name in NAMES:
        for sentence in SENTENCES:
            start = sentence.index("{}")
            rows.append(Labelled(sentence.format(name), ((start, start + len(name)),)))
    return rows


def main(folder: Path) -> None:
    """Rules, then a model trained on a few sentences; ``folder`` is for files."""
    config = SparkConfig(
        master="local[1]",
        driver_memory="1500m",
        shuffle_partitions=1,
        extra_packages=(PACKAGE,),
        settings=session_settings(),
    )
    spark = get_session(config, "spark-nlp-test")
    rules = folder / "rules.jsonl"
    rules.write_text("".join(json.dumps(rule) + "\n" for rule in RULES), "utf-8")
    bronze = spark.createDataFrame(
        [
            (
                "1",
                "a title",
                "s",
                "😀 é Zyxo Qavarr has policy PX-123456.",
                None,
                [("customer", "hi", None)],
                None,
            ),
            ("2", None, None, None, None, None, [("name", "Ann")]),
        ],
        BRONZE,
    )
    stage = SparkNlpConfig(enabled=True, rules=str(rules))
    known = {
        row["record_id"]: sorted((item["kind"], item["value"]) for item in row["known"])
        for row in with_recognised(bronze, stage).collect()
    }
    off = with_recognised(bronze, SparkNlpConfig(rules=str(rules))).columns == bronze.columns
    model = str(folder / "model")
    train(spark, labelled() * 4, model, epochs=30)
    texts = ["😀 I spoke with Rosa today.", "The parcel is late again."]
    spans = model_spans(
        spark, [Labelled(text, ()) for text in texts], SparkNlpConfig(enabled=True, model=model)
    )
    print(
        json.dumps(
            {
                "why_not": why_not(spark),
                "known": known,
                "off": off,
                "spans": [[text[a:b] for a, b in found] for text, found in zip(texts, spans, strict=True)],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
