from __future__ import annotations

import pytest


def a_request(key="a1", **changes):
    line = {
        "id": key, "at": "2026-11-27T10:00:00Z", "model_version": "1", "user": "jane.roe@mail.example",
        "question": "Mail me at jane.roe@mail.example, where is my parcel?", "answer": "It is on its way.",
    }  # fmt: skip
    return line | changes


def test_requests_are_scrubbed_before_they_are_kept(place):
    place.write("requests/a.jsonl", a_request(answer="Jane, I wrote to jane.roe@mail.example."))
    assert place.take_in()[("log:prod", "out", None)] == 1
    (row,) = place.rows("silver.predictions")
    assert "jane.roe" not in row["question"] + row["answer"]
    assert row["answer_pii"] >= 1
    assert len(row["customer_key"]) == 32
    assert row["question_chars"] == len("Mail me at jane.roe@mail.example, where is my parcel?")


def test_the_same_file_again_changes_nothing_and_a_copy_is_counted(place):
    place.write("requests/a.jsonl", a_request())
    place.take_in()
    assert place.take_in() == {}
    place.write("requests/b.jsonl", a_request())
    assert place.take_in()[("log:prod", "rejected", "unchanged")] == 1
    assert len(place.rows("silver.predictions")) == 1


def test_a_request_that_was_written_again_replaces_the_old_one(place):
    place.write("requests/a.jsonl", a_request(answer="old"), a_request("a2"))
    place.take_in()
    place.write("requests/b.jsonl", a_request(answer="newer"), a_request(answer="newest"))
    counted = place.take_in()
    assert counted[("log:prod", "rejected", "superseded_within_arrival")] == 1
    assert {row["answer"] for row in place.rows("silver.predictions", "answer")} == {
        "newest",
        "It is on its way.",
    }


def test_late_feedback_joins_the_request_that_it_is_about(place):
    place.write("requests/a.jsonl", a_request())
    place.take_in()
    place.write(
        "feedback/f.jsonl",
        {"id": "a1", "at": "2026-11-28T09:00:00Z", "rating": "down", "edited": "It is lost."},
    )
    assert place.take_in()[("log:back", "out", None)] == 1
    said = {row["kind"]: row for row in place.rows("silver.feedback")}
    asked = place.rows("silver.predictions")[0]
    assert set(said) == {"rating", "edited"}
    assert said["rating"]["record_id"] == asked["record_id"]
    assert said["rating"]["predicted_at"] == asked["at"]
    assert not said["rating"]["is_right"]
    assert 0 < said["edited"]["score"] < 1  # what stayed of the answer
    assert said["edited"]["text"] == "It is lost."


def test_newer_feedback_replaces_older_and_not_the_other_way_round(place):
    place.write("requests/a.jsonl", a_request())
    place.write("feedback/1.jsonl", {"id": "a1", "at": "2026-11-28T09:00:00Z", "rating": "down"})
    place.take_in()
    place.write("feedback/2.jsonl", {"id": "a1", "at": "2026-11-28T08:00:00Z", "rating": "up"})
    place.take_in()
    assert [row["is_right"] for row in place.rows("silver.feedback")] == [False]
    place.write("feedback/3.jsonl", {"id": "a1", "at": "2026-11-28T10:00:00Z", "rating": "up"})
    place.take_in()
    assert [row["is_right"] for row in place.rows("silver.feedback")] == [True]


def test_feedback_of_an_unknown_request_waits_in_quarantine_until_it_comes(place):
    place.write("feedback/f.jsonl", {"id": "a1", "at": "2026-11-28T09:00:00Z", "rating": "up"})
    assert place.take_in()[("log:back", "quarantined", "unknown_prediction")] == 1
    assert place.take_in() == {}
    place.write("requests/a.jsonl", a_request())
    assert place.take_in()[("log:back", "out", None)] == 1
    assert place.rows("bronze.quarantined_logs") == []
    assert len(place.rows("silver.feedback")) == 1


def test_feedback_and_request_in_one_entry(place):
    place.write("requests/a.jsonl", a_request(reopened="yes"))
    place.take_in()
    assert [(row["kind"], row["is_right"]) for row in place.rows("silver.feedback")] == [("reopened", False)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_request(latency_ms=-5), "negative_latency"),
        (a_request(at="2031-01-01"), "bad_time"),
        (a_request(at="2026-11-29T10:00:00Z"), "time_in_future"),
        (a_request(model_version="7"), "unknown_model_version"),
        ("{not json", "not_readable"),
    ],
)
def test_what_cannot_be_used_is_quarantined_with_its_reason(place, line, reason):
    place.write("requests/a.jsonl", line, a_request("good"))
    counted = place.take_in(models={"1": {"release": "r"}})
    assert counted[("log:prod", "quarantined", reason)] == 1
    assert counted[("log:prod", "out", None)] == 1
    (row,) = place.rows("bronze.quarantined_logs")
    assert row["reasons"] == [reason]
    assert row["source_position"] == "line 1"


def test_feedback_before_its_request_shows_that_clocks_are_apart(place):
    place.write("requests/a.jsonl", a_request())
    place.write("feedback/f.jsonl", {"id": "a1", "at": "2026-11-27T09:00:00Z", "rating": "up"})
    assert place.take_in()[("log:back", "quarantined", "feedback_before_prediction")] == 1


def test_a_person_who_was_forgotten_does_not_come_back_with_an_old_log(place):
    import pyarrow as pa

    from smelt.identity import record_id
    from smelt.pii.config import PiiConfig
    from smelt.pii.keys import load_keys
    from smelt.privacy.erasure.hashes import record_key
    from smelt.tables.contract import contract

    key = load_keys(PiiConfig().key).current
    erased = dict.fromkeys(contract("ops.erasures").column_names) | {
        "erasure_id": "e", "subject_key": "s", "key_version": key.version, "actor": "me", "run_id": "run",
        "record_keys": [record_key(key, record_id("log:prod", "a1"))], "rows_deleted": [], "releases": [],
        "requested_at": place.now,
    }  # fmt: skip
    place.tables.append(
        "ops.erasures", pa.Table.from_pylist([erased], contract("ops.erasures").arrow_schema())
    )
    place.write("requests/a.jsonl", a_request(), a_request("a2"))
    assert place.take_in()[("log:prod", "rejected", "erased_on_request")] == 1
    assert len(place.rows("silver.predictions")) == 1


def test_csv_and_parquet_are_read_too(place):
    import pyarrow as pa
    import pyarrow.parquet as pq

    place.write(
        "requests/a.csv",
        "id,at,model_version,question,answer",
        "a1,1795600000,1,Where is it?,Here",
        "a2,1795600000",
    )
    logs = [
        {"name": "prod", "path": str(place.folder / "requests"), "format": "csv", "glob": "*.csv"},
        {"name": "old", "path": str(place.folder / "requests"), "format": "parquet", "glob": "*.parquet"},
    ]
    pq.write_table(pa.Table.from_pylist([a_request("p1")]), place.folder / "requests" / "a.parquet")
    counted = place.take_in(logs=logs)
    assert counted[("log:prod", "out", None)] == 1
    assert counted[("log:prod", "quarantined", "not_readable")] == 1
    assert counted[("log:old", "out", None)] == 1


def test_flags_of_answers(place):
    loop = "we will call you back soon " * 4
    answers = {"e": "", "r": "I'm sorry, but I cannot help with that.", "l": loop, "ok": "Please restart it."}
    place.write("requests/a.jsonl", *(a_request(key, answer=answer) for key, answer in answers.items()))
    place.take_in()
    rows = place.rows("silver.predictions")
    assert [sum(row[flag] for row in rows) for flag in ("is_empty", "is_refusal", "is_repetitive")] == [
        1,
        1,
        1,
    ]
