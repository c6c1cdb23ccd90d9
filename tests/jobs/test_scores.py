from __future__ import annotations

import pytest

from smelt.config import load_config
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage, run_stages
from smelt.privacy.erasure.places import delete_records, vacuumed_tables
from tests.builders import an_example, rows_of

GOOD = {
    "question": "How do I reset the password of my account?",
    "answer": "Open the settings and choose reset.",
}


@pytest.fixture
def job(spark, root):
    return open_job(load_config(settings=[f"warehouse.root={root}"]), run_id="r1", spark=spark)


def land(job, *rows):
    job.warehouse.replace_where("silver.examples", rows_of(job.spark, "silver.examples", list(rows)), "true")


def rejections(job):
    rows = job.warehouse.read("silver.scores").collect()
    return {row["example_id"]: row["rejections"] for row in rows}


def test_good_pairs_go_out_and_bad_ones_say_why(job):
    land(
        job,
        an_example("a", **GOOD),
        an_example("b", **GOOD | {"answer": "You are an idiot, read the manual."}),
        an_example("c", question="Hello?", answer=None, rejections=["no_answer"]),
    )

    result = run_stage(job, load_stage("scores")).result

    assert (result.total("in"), result.total("out"), result.total("rejected")) == (2, 1, 1)
    assert rejections(job) == {
        an_example("a")["example_id"]: [],
        an_example("b")["example_id"]: ["answer_insulting"],
    }


def test_a_second_run_scores_only_what_changed(job, spark):
    land(job, an_example("a", **GOOD), an_example("b", **GOOD))
    run_stage(job, load_stage("scores"))
    changed = an_example(
        "b",
        **GOOD
        | {
            "answer": "Dear {{customer_name}}, please open the settings of your account and choose reset there."
        },
        content_hash="f" * 32,
    )
    land(job, an_example("a", **GOOD), changed)

    second = open_job(job.config, run_id="r2", spark=spark)
    result = run_stage(second, load_stage("scores")).result

    assert (result.total("in"), result.total("rejected")) == (1, 1)
    assert rejections(second)[changed["example_id"]] == ["answer_placeholder"]
    assert (
        run_stage(open_job(job.config, run_id="r3", spark=spark), load_stage("scores")).result.note
        == "nothing new"
    )


def test_scores_of_examples_that_are_gone_go_too(job, spark):
    land(job, an_example("a", **GOOD), an_example("b", **GOOD))
    run_stage(job, load_stage("scores"))
    land(job, an_example("a", **GOOD))
    run_stage(open_job(job.config, run_id="r2", spark=spark), load_stage("scores"))
    assert list(rejections(job)) == [an_example("a")["example_id"]]


def test_outcomes_count_against_an_answer(job):
    land(job, an_example("a", **GOOD), an_example("b", **GOOD, outcome={"csat": "1", "reopened": "true"}))
    run_stage(job, load_stage("scores"))
    accuracy = {
        row["example_id"]: row["answer_accuracy"] for row in job.warehouse.read("silver.scores").collect()
    }
    assert accuracy[an_example("b")["example_id"]] < 0.3 < accuracy[an_example("a")["example_id"]]


def test_an_edited_rule_of_ones_own_scores_anew(spark, root, tmp_path):
    rule = (
        "from smelt.quality.rules import rule\n\n@rule('mine', measure='mine')\n"
        "def mine(pairs):\n    return [{}] * len(pairs)\n"
    )
    file = tmp_path / "mine.py"
    file.write_text(rule.format(0.25))
    config = load_config(settings=[f"warehouse.root={root}", f"quality.plugins=[{file}]"])
    land(open_job(config, spark=spark), an_example("a", **GOOD))

    def run():
        job = open_job(config, spark=spark)
        (report,) = run_stages(job, [load_stage("scores")])
        (row,) = job.warehouse.read("silver.scores").collect()
        return report.result.total("in"), row["plugin_scores"]

    assert run() == (1, {"mine": 0.25})
    assert run() == (0, {"mine": 0.25})
    file.write_text(rule.format(0.75))
    assert run() == (1, {"mine": 0.75})


PAIRS = {
    "a": GOOD,
    "b": GOOD | {"answer": "You are an idiot, read the manual."},
    "c": GOOD | {"answer": "Bananas are yellow and grow in warm countries near the sea."},
    "d": GOOD | {"question": "How can I change the address on my invoice, please?"},
}


def scored(job):
    run_stage(job, load_stage("scores"))
    rows = job.warehouse.read("silver.scores").drop("run_id").collect()
    return {row["example_id"]: row.asDict() for row in rows}


@pytest.mark.parametrize(
    ("settings", "some_anew"),
    [
        (["quality.pass_marks.relevance=0.6"], True),
        (["quality.pass_marks.answer_tone=0.0", "quality.weights.relevance=0.9"], True),
        (["quality.weights.relevance=0.9"], False),
        (["quality.pass_marks.completeness=0.4"], False),
    ],
)
def test_changed_marks_give_the_scores_that_a_new_warehouse_has(spark, root, tmp_path, settings, some_anew):
    rows = [an_example(key, **pair) for key, pair in PAIRS.items()]
    before = open_job(load_config(settings=[f"warehouse.root={root}"]), run_id="r1", spark=spark)
    land(before, *rows)
    run_stage(before, load_stage("scores"))
    after = open_job(load_config(settings=[f"warehouse.root={root}", *settings]), run_id="r2", spark=spark)
    result = run_stage(after, load_stage("scores")).result
    other = load_config(settings=[f"warehouse.root={tmp_path / 'new'}", *settings])
    new = open_job(other, run_id="r3", spark=spark)
    land(new, *rows)

    assert result.total("in") == len(rows)
    assert result.note.startswith("marks applied to 4 scores")
    assert ("compared with" in result.note) == some_anew
    assert scored(after) == scored(new)
    assert run_stage(after, load_stage("scores")).result.note == "nothing new"


def test_marks_change_while_pairs_come_and_go(spark, root, tmp_path):
    rows = {key: an_example(key, **pair) for key, pair in PAIRS.items()}
    before = open_job(load_config(settings=[f"warehouse.root={root}"]), run_id="r1", spark=spark)
    land(before, rows["a"], rows["b"], rows["c"])
    run_stage(before, load_stage("scores"))
    settings = ["quality.pass_marks.relevance=0.6"]
    after = open_job(load_config(settings=[f"warehouse.root={root}", *settings]), run_id="r2", spark=spark)
    land(after, rows["a"], rows["b"], rows["d"])
    result = run_stage(after, load_stage("scores")).result
    new = open_job(
        load_config(settings=[f"warehouse.root={tmp_path / 'new'}", *settings]), run_id="r3", spark=spark
    )
    land(new, rows["a"], rows["b"], rows["d"])

    assert result.total("in") == 3
    assert result.note.startswith("marks applied to 2 scores")
    assert scored(after) == scored(new)


TOPICS = (
    "password",
    "invoice",
    "router",
    "parcel",
    "licence",
    "printer",
    "booking",
    "refund",
    "backup",
    "phone",
)


def pairs(count, **values):
    """Pairs that differ in words, enough of them for a corpus of ``minimum_pairs`` 10."""
    return [
        an_example(
            f"p{number}",
            question=f"How do I change the {TOPICS[number % 10]} of account {'abcdefghijkl'[number // 10]}?",
            answer=f"Open the settings, choose the {TOPICS[number % 10]} there and confirm the change.",
            **values,
        )
        for number in range(count)
    ]


def corpora(job):
    return job.warehouse.collect("silver.corpora", "run_id", "pairs")


@pytest.mark.parametrize(
    ("later", "settings", "learned_by"),
    [
        (21, [], "r1"),
        (22, [], "r1"),
        (30, [], "r2"),
        (12, [], "r2"),
        (21, ["quality.corpus.sample_pairs=19"], "r2"),
    ],
    ids=["a few more", "a tenth more", "many more", "fewer", "other settings"],
)
def test_the_corpus_is_kept_until_the_pairs_or_the_settings_are_others(
    spark, root, later, settings, learned_by
):
    few = [f"warehouse.root={root}", "quality.corpus.minimum_pairs=10"]
    first = open_job(load_config(settings=few), run_id="r1", spark=spark)
    land(first, *pairs(20))
    run_stage(first, load_stage("scores"))
    assert corpora(first) == [{"run_id": "r1", "pairs": 20}]

    second = open_job(load_config(settings=[*few, *settings]), run_id="r2", spark=spark)
    changed = {"content_hash": "e" * 32} if later < 20 else {}
    land(second, *pairs(later, **changed))
    result = run_stage(second, load_stage("scores")).result

    assert corpora(second) == [{"run_id": learned_by, "pairs": 20 if learned_by == "r1" else later}]
    assert "compared with" in result.note


def test_a_kept_corpus_gives_the_same_scores_as_the_one_learned(spark, root):
    few = [f"warehouse.root={root}", "quality.corpus.minimum_pairs=10"]
    first = open_job(load_config(settings=few), run_id="r1", spark=spark)
    land(first, *pairs(20))
    run_stage(first, load_stage("scores"))
    before = first.warehouse.read("silver.scores").drop("run_id").collect()

    first.warehouse.clear("silver.scores")
    run_stage(open_job(load_config(settings=few), run_id="r2", spark=spark), load_stage("scores"))

    key = lambda row: row["example_id"]  # noqa: E731
    after = first.warehouse.read("silver.scores").drop("run_id").collect()
    assert sorted(after, key=key) == sorted(before, key=key)
    assert corpora(first)[0]["run_id"] == "r1"


def test_of_too_few_pairs_no_corpus_is_kept(job):
    land(job, an_example("a", **GOOD))

    run_stage(job, load_stage("scores"))

    assert corpora(job) == []


def test_an_erasure_empties_the_corpus(spark, root):
    job = open_job(
        load_config(settings=[f"warehouse.root={root}", "quality.corpus.minimum_pairs=10"]),
        run_id="r1",
        spark=spark,
    )
    land(job, *pairs(20))
    run_stage(job, load_stage("scores"))

    one = job.warehouse.read("silver.examples").select("record_id").limit(1)
    delete_records(job.warehouse, one)

    assert corpora(job) == []
    assert "silver.corpora" in vacuumed_tables(job.warehouse)
