"""Rows in and rows out, a step at a time, then the whole chain on complaints as they are published."""

import datetime as dt

import pytest
from pyspark.sql import functions as F

from smelt.pii.config import PiiConfig
from smelt.pii.keys import ScrubKey
from smelt.records.build import records, wide
from smelt.records.config import ColumnConfig, RecordSource
from smelt.records.types import value

BRONZE = (
    "record_id string, source string, content_hash string, ingested_at timestamp, "
    "known array<struct<kind:string,value:string>>, "
    "turns array<struct<role:string,speaker:string,text:string,at:timestamp>>, "
    "body string, created_at timestamp, outcome map<string,string>, extras string"
)
KEY = ScrubKey(version="1", secret=b"0" * 32)
DAY = dt.datetime(2026, 3, 1)


def bronze_row(number, extras="{}", **other):
    row = {"body": None, "created_at": DAY, "outcome": {}, "turns": [], "known": []} | other
    return (
        f"r{number}",
        "shop",
        f"h{number}",
        DAY,
        row["known"],
        row["turns"],
        row["body"],
        row["created_at"],
        row["outcome"],
        extras,
    )


def read(spark, column: dict, *texts: str):
    df = spark.createDataFrame([(i, t) for i, t in enumerate(texts)], "i int, t string")
    rows = df.select("i", value(F.col("t"), ColumnConfig(**column)).alias("v")).orderBy("i").collect()
    return [row["v"] for row in rows]


@pytest.mark.parametrize(
    ("column", "texts", "expected"),
    [
        ({"type": "integer"}, ["1,204", "3.0", "2.5", "x"], [1204.0, 3.0, None, None]),
        ({"type": "number", "decimal_mark": ","}, ["1.204,5", "-7", "−7"], [1204.5, -7.0, -7.0]),
        (
            {"type": "money"},
            ["$1,234.50", "EUR 12", "(3.20)", "{$100.00}", "12-", "free"],
            [1234.5, 12.0, -3.2, 100.0, -12.0, None],
        ),
        ({"type": "money", "decimal_mark": ","}, ["1.234,50 €"], [1234.5]),
        ({"type": "percent"}, ["45%", "0.3", "7,5 %"], [0.45, 0.3, None]),
        (
            {"type": "quantity"},
            ["2h 30m", "90", "1 day", "1:30:00", "3 parsecs", "1,5 h", "1,200 s", "1.5.3", "1" * 40 + ","],
            [9000.0, 90.0, 86400.0, 5400.0, None, None, 1200.0, None, None],
        ),
        ({"type": "quantity", "units": {"kg": 1, "lb": 0.5}}, ["10 lb", "2kg"], [5.0, 2.0]),
        ({"type": "boolean"}, ["Yes", "f", "maybe"], [True, False, None]),
        ({"type": "boolean", "values": {"true": ["oui"]}}, ["oui", "no"], [True, False]),
        (
            {"type": "date"},
            ["2026-03-04", "2026-03-04T23:59:00", "04/03/2026"],
            [dt.datetime(2026, 3, 4), dt.datetime(2026, 3, 4), None],
        ),
        (
            {"type": "date", "formats": ["d/M/yyyy", "d MMM yyyy"]},
            ["4/3/2026", "4 Mar 2026"],
            [dt.datetime(2026, 3, 4)] * 2,
        ),
        (
            {"type": "timestamp", "time_zone": "America/New_York"},
            ["2026-07-01 12:00:00", "2026-07-01T12:00:00+00:00"],
            [dt.datetime(2026, 7, 1, 16), dt.datetime(2026, 7, 1, 12)],
        ),
        (
            {"type": "enum", "values": {"high": ["urgent", "P1"]}},
            ["URGENT", "p1", "High", "low"],
            ["high", "high", "high", "low"],
        ),
        ({"type": "enum", "closed": True, "values": {"high": ["p1"]}}, ["P1", "low"], ["high", None]),
    ],
)
def test_text_becomes_values(spark, column, texts, expected):
    assert read(spark, column, *texts) == expected


@pytest.fixture(scope="module")
def shop(spark):
    source = RecordSource(
        source="shop",
        columns={
            "number": {"pii": "withhold"},
            "email": {"pii": "pseudonym"},
            "total": {"type": "money", "missing": "median", "outliers": {"limit": 3, "action": "cap"}},
            "channel": {"missing": "mode", "pii": "none"},
            "note": {"type": "text", "field": "body"},
            "opened": {"type": "timestamp", "field": "created_at", "nullable": False},
            "closed": {"type": "timestamp"},
        },
        key=("number",),
        newest="closed",
        exact_duplicates="drop",
        checks=({"name": "cheap", "expression": "total < 14"},),
        features={
            "note_words": {"kind": "words", "of": "note"},
            "hours": {"kind": "elapsed", "start": "opened", "end": "closed"},
            "reply": {"kind": "first_reply", "start": "opened", "unit": "minutes"},
            "weekday": {"kind": "weekday", "of": "opened"},
            "prior": {"kind": "prior", "of": "email", "start": "opened"},
        },
        question="I ordered by {channel}[ and wrote: {note}]",
        answer="The total is {total:2}.[ Closed on {closed}.]",
    )
    rows = [
        bronze_row(
            1,
            '{"number": "1", "email": "a@x.org", "total": "$10.00", "channel": "web", "closed": "2026-03-01 06:00:00"}',
            body="Please write to jane.roe@example.com",
            turns=[("agent", None, "hi", DAY + dt.timedelta(minutes=5))],
        ),
        bronze_row(
            2,
            '{"number": "1", "email": "a@x.org", "total": "$10.00", "channel": "web", "closed": "2026-03-02 06:00:00"}',
        ),
        bronze_row(
            3,
            '{"number": "3", "email": "A@x.org", "total": "11", "channel": "web"}',
            created_at=DAY + dt.timedelta(days=1),
        ),
        bronze_row(
            4,
            '{"number": "4", "email": "A@x.org", "total": "11", "channel": "web"}',
            created_at=DAY + dt.timedelta(days=1),
        ),
        bronze_row(5, '{"number": "5", "total": "n/a", "channel": ""}'),
        bronze_row(6, '{"number": "6", "total": "12", "channel": "shop"}'),
        bronze_row(7, '{"number": "7", "total": "9000"}', created_at=None),
        bronze_row(8, '{"number": "8", "total": "-1"}'),
        bronze_row(9, '{"number": "9", "total": "ten"}'),
    ]
    bronze = spark.createDataFrame(rows, BRONZE)
    built = records(bronze, source, PiiConfig(), KEY, "run")
    return {row["record_id"]: row for row in built.collect()}, source, built


def test_every_record_is_there_once(shop):
    rows, _, _ = shop
    assert sorted(rows) == [f"r{i}" for i in range(1, 10)]


def test_missing_values_get_median_and_mode(shop):
    rows, _, _ = shop
    assert rows["r5"]["numbers"]["total"] == 11.0
    assert rows["r5"]["fields"]["channel"] == "web"
    assert {"filled:total", "filled:channel"} <= set(rows["r5"]["flags"])
    assert "unreadable:total" in rows["r9"]["flags"]


def test_outliers_are_capped_and_say_so(shop):
    rows, _, _ = shop
    assert rows["r7"]["numbers"]["total"] < 9000
    assert "capped:total" in rows["r7"]["flags"]


def test_of_one_key_the_newest_stays_and_of_equal_rows_the_first(shop):
    rows, _, _ = shop
    assert "duplicate_key" in rows["r1"]["rejections"]
    assert rows["r2"]["rejections"] == []
    assert rows["r3"]["rejections"] == []
    assert rows["r4"]["rejections"] == ["duplicate_exact"]


def test_declared_rules_reject_with_all_their_reasons(shop):
    rows, _, _ = shop
    assert rows["r7"]["rejections"] == ["missing:opened", "check:cheap"]
    assert rows["r8"]["rejections"] == []


def test_features_are_numbers(shop):
    rows, _, _ = shop
    features = rows["r1"]["features"]
    assert features == {"note_words": 7.0, "hours": 6.0, "reply": 5.0, "weekday": 7.0, "prior": 0.0}
    assert rows["r4"]["features"]["prior"] == 1.0


def test_no_raw_identity_is_left(shop):
    rows, _, _ = shop
    for row in rows.values():
        assert "@x.org" not in str(row).lower()
        assert "jane.roe" not in str(row)
        assert "number" not in row["fields"]
    assert rows["r1"]["pii_count"] == 1
    assert rows["r3"]["fields"]["email"] == rows["r4"]["fields"]["email"]


def test_templates_leave_out_what_is_not_there(shop):
    rows, _, _ = shop
    assert rows["r1"]["question"].startswith("I ordered by web and wrote: Please write to ")
    assert rows["r3"]["question"] == "I ordered by web"
    assert rows["r1"]["answer"] == "The total is 10.00. Closed on 1 March 2026."
    assert rows["r3"]["answer"] == "The total is 11.00."


def test_records_read_as_a_plain_table(shop):
    _, source, built = shop
    table = wide(built, source)
    assert dict(table.dtypes) | {} == {
        "record_id": "string",
        "email": "string",
        "total": "double",
        "channel": "string",
        "note": "string",
        "opened": "timestamp",
        "closed": "timestamp",
        "note_words": "double",
        "hours": "double",
        "reply": "double",
        "weekday": "double",
        "prior": "double",
    }
