from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from smelt.sql.answer import Answer, cut
from smelt.sql.output import FORMULA, csv_cell, write_csv, write_json

NESTED = {"a": [1, None, {"b": "é"}], "c": float("nan")}
AT = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)


def test_nested_values_are_json_in_csv():
    out = io.StringIO()
    write_csv(Answer(("n", "at", "none", "yes"), [(NESTED, AT, None, True)], False), out)
    header, row = csv.reader(io.StringIO(out.getvalue()))
    assert header == ["n", "at", "none", "yes"]
    assert json.loads(row[0]) == {"a": [1, None, {"b": "é"}], "c": None}
    assert row[1:] == ["2026-03-01T10:00:00+00:00", "", "true"]


def test_json_lines_have_plain_numbers():
    out = io.StringIO()
    write_json(Answer(("whole", "part", "nan"), [(Decimal(5), Decimal("0.5"), float("nan"))], False), out)
    assert json.loads(out.getvalue()) == {"whole": 5, "part": 0.5, "nan": None}


@given(st.text())
def test_no_text_in_csv_is_a_formula(text):
    cell = csv_cell(text)
    assert not cell.startswith(FORMULA)
    assert cell in (text, "'" + text)


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_numbers_stay_numbers(number):
    assert csv_cell(number) == number


@given(st.integers(0, 9), st.integers(0, 9))
def test_an_answer_is_cut_where_there_is_more(there, wanted):
    answer = cut(("n",), iter([(n,) for n in range(there)]), wanted)
    assert len(answer.rows) == (min(there, wanted) if wanted else there)
    assert answer.is_cut == (0 < wanted < there)
