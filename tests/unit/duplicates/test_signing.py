"""Whole batches of examples to signatures."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from smelt.duplicates.boilerplate import frequent_lines, line_hashes
from smelt.duplicates.config import DuplicatesConfig
from smelt.duplicates.signing import lines_function, sign, stripping_function

CONFIG = DuplicatesConfig()
FOOTER = "This message is confidential, delete it if it is not for you."


def a_batch(questions, answers):
    rows = [str(number) for number in range(len(questions))]
    return pa.RecordBatch.from_pydict(
        {
            "example_id": rows,
            "record_id": rows,
            "content_hash": rows,
            "source": ["desk"] * len(rows),
            "question": questions,
            "answer": answers,
        }
    )


def boilerplate_of(batch):
    texts = pl.concat([pl.Series(batch["question"].to_pylist()), pl.Series(batch["answer"].to_pylist())])
    found = line_hashes(texts, CONFIG.placeholder, CONFIG.boilerplate.min_words)
    return frequent_lines(found, min_conversations=2, min_share=0.0)


BATCH = a_batch(
    ["The export of my orders fails\nsince the update of Monday", "One line only", "No answer here"],
    [f"Please clear the cache of the app\n{FOOTER}", f"Restart the router twice\n{FOOTER}", None],
)


def test_the_lines_of_a_signature_are_those_that_were_counted():
    (counted,) = lines_function(CONFIG)([BATCH])
    signed = sign(BATCH, CONFIG, np.empty(0, dtype=np.int64))
    assert signed["lines"].to_pylist() == counted["lines"].to_pylist()
    assert [len(lines) for lines in signed["lines"].to_pylist()] == [4, 2, 0]


def test_without_boilerplate_or_evaluation_sets_nothing_is_set_aside_or_given_away():
    signed = sign(BATCH, CONFIG, np.empty(0, dtype=np.int64))
    assert signed["set_aside"].to_pylist() == [[], [], []]
    assert signed["contaminated_by"].to_pylist() == [[], [], []]


def test_a_footer_is_set_aside_and_can_be_taken_out_of_the_text():
    boilerplate = boilerplate_of(BATCH)
    signed = sign(BATCH, CONFIG, boilerplate)
    assert signed["set_aside"].to_pylist() == [boilerplate.tolist(), boilerplate.tolist(), []]
    asked = pa.RecordBatch.from_arrays(
        [BATCH["example_id"], BATCH["question"], BATCH["answer"], signed["set_aside"]],
        names=["example_id", "question", "answer", "set_aside"],
    )
    (stripped,) = stripping_function(CONFIG)([asked])
    assert stripped["answer"].to_pylist() == [
        "Please clear the cache of the app",
        "Restart the router twice",
        None,
    ]


def test_where_boilerplate_is_off_no_line_is_looked_at():
    off = DuplicatesConfig.model_validate({"boilerplate": {"enabled": False}})
    signed = sign(BATCH, off, np.empty(0, dtype=np.int64))
    assert signed["lines"].to_pylist() == [[], [], []]
