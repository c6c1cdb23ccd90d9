from __future__ import annotations

from smelt.intake.records import Record, SourceFile
from smelt.intake.source_key import key_reader

FILE = SourceFile("/landing/day1/a.jsonl", "day1/a.jsonl")
RECORD = Record({"id": None, "number": " 7 "}, "line 3")


def test_the_first_path_with_a_value_counts() -> None:
    assert key_reader(["id", "number"])(RECORD, FILE) == "7"
    assert key_reader(["id"])(RECORD, FILE) is None


def test_the_file_and_the_position_may_be_keys() -> None:
    assert key_reader(["@file"])(RECORD, FILE) == "day1/a.jsonl"
    assert key_reader(["@stem"])(RECORD, FILE) == "a"
    assert key_reader(["@position"])(RECORD, FILE) == "day1/a.jsonl#line 3"
    assert key_reader(["@hash"])(RECORD, FILE) == key_reader(["@hash"])(RECORD, FILE)
