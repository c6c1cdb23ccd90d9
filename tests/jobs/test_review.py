"""The whole round over tables: sample, answers, verdicts, and what they do to gold."""

from __future__ import annotations

import json

import pytest

from smelt.config import load_config
from smelt.jobs import load_stage
from smelt.pipeline.job import open_job
from smelt.pipeline.run import run_stage
from smelt.review.draw_sample import draw_sample, keep
from smelt.review.experts import expert_tasks
from smelt.review.formats.read import read_answers
from smelt.review.simulate import simulate
from smelt.review.summary import agreements, outcomes, rates, read_sample, reviewed_pairs
from smelt.review.take_in import import_answers, read_tasks
from smelt.review.tasks import ReviewError
from smelt.tables.ledger import check_balance
from tests.builders import an_example, rows_of
from tests.unit.review.builders import an_answer

QUESTION = "How do I reset the password of my account number {}?"
ANSWER = "Open the settings of account {} and choose reset, then follow the mail."


def pairs(count=60, **changed):
    """Examples that differ; every fifth is in another category, every tenth is rejected by a rule."""
    for number in range(count):
        answer = "You are an idiot, read the manual." if number % 10 == 9 else ANSWER.format(number)
        yield an_example(
            str(number),
            question=QUESTION.format(number),
            answer=answer,
            category="billing" if number % 5 == 0 else "account",
            **changed,
        )


@pytest.fixture(scope="module")
def job(spark, tmp_path_factory):
    root = tmp_path_factory.mktemp("review")
    settings = [
        f"warehouse.root={root / 'w'}", "pii.key.demo=true", "review.rate=0.3", "review.min_stratum=5",
        "review.effect.min_answers=2", "review.experts.people={lea: []}", "review.bootstrap=100",
    ]  # fmt: skip
    job = open_job(load_config(settings=settings), run_id="r1", spark=spark)
    job.warehouse.replace_where("silver.examples", rows_of(spark, "silver.examples", list(pairs())), "true")
    run_stage(job, load_stage("scores"))
    run_stage(job, load_stage("curated_examples"))
    return job


def draw(job, scope, name, **given):
    config = job.config
    drawn = draw_sample(
        job.warehouse, scope, name, config.review, config.quality, run_id=f"{name}-1", **given
    )
    check_balance("review_sample", drawn.result.entries)
    return drawn.tasks


def answered(job, answers, run_id):
    done = import_answers(job.warehouse, answers, job.config.review, job.config.pii, run_id=run_id)
    check_balance("review_import", done.result.entries)
    return done


def gold(job):
    rows = job.warehouse.read("gold.curated_examples").collect()
    return {row["example_id"]: (row["question"], row["answer"]) for row in rows}


def test_the_round(job, tmp_path):
    before = gold(job)
    tasks = draw(job, "curated", "pilot")
    assert {task.task_id for task in draw(job, "curated", "pilot")} == {task.task_id for task in tasks}
    representative = [task for task in tasks if task.part == "representative"]
    by_stratum = {task.stratum: (task.stratum_rows, task.stratum_drawn) for task in representative}
    assert sum(rows for rows, _ in by_stratum.values()) == len(before) == 54
    for stratum, (rows, drawn) in by_stratum.items():
        assert drawn == sum(task.stratum == stratum for task in representative)
        assert {task.inclusion_probability for task in representative if task.stratum == stratum} == {
            drawn / rows
        }
    keep(job.warehouse, tasks, run_id="pilot-1")
    with pytest.raises(ReviewError, match="exists already"):
        draw(job, "curated", "pilot")

    rejected, corrected, torn, alone = tasks[:4]
    answers = [an_answer(task, who) for task in tasks[4:] for who in ("ann", "bob")]
    answers += [an_answer(rejected, who, "reject", reasons=("wrong_answer",)) for who in ("ann", "bob")]
    answers += [
        an_answer(corrected, who, "correct", answer="Write to jane.roe@example.org to reset it.")
        for who in ("ann", "bob")
    ]
    answers += [an_answer(torn, "ann"), an_answer(torn, "bob", "reject"), an_answer(alone, "ann", "reject")]
    done = answered(job, answers, "i1")
    assert done.reconciled.tasks["partly_answered"] == 1
    assert done.reconciled.tasks["answered"] == len(tasks) - 1
    assert done.written == len(answers)

    again = answered(job, answers, "i2")
    assert (again.written, again.verdicts) == (0, 0)
    assert job.warehouse.read("silver.reviews").count() == len(answers)

    result = run_stage(job, load_stage("curated_examples")).result
    after = gold(job)
    assert set(before) - set(after) == {rejected.example_id}
    assert ("rejected", "review:wrong_answer", 1) in [(e.measure, e.reason, e.count) for e in result.entries]
    question, answer = after[corrected.example_id]
    assert question == corrected.question
    assert "jane.roe@example.org" not in answer
    assert answer.startswith("Write to [EMAIL")
    verdict = (
        job.warehouse.read("silver.review_verdicts").where(f"example_id = '{corrected.example_id}'").first()
    )
    assert verdict["previous_answer"] == corrected.answer
    unchanged = set(before) - {rejected.example_id, corrected.example_id}
    assert {key: before[key] for key in unchanged} == {key: after[key] for key in unchanged}

    sample = read_sample(job.warehouse, "pilot")
    assert {dimension for dimension, *_ in agreements(sample, job.config.review)} >= {
        "all",
        "label",
        "annotators",
    }
    shares = {
        decision: rate for dimension, _, decision, rate in rates(outcomes(sample)) if dimension == "all"
    }
    assert sum(rate.value for rate in shares.values()) == pytest.approx(1)

    experts = expert_tasks(job.warehouse, sample, job.config.review, run_id="x1")
    assert torn.example_id in {task.example_id for task in experts}
    assert {task.assigned_to for task in experts} == {("lea",)}
    keep(job.warehouse, experts, run_id="x1")
    final = next(task for task in experts if task.example_id == torn.example_id)
    answered(job, [an_answer(final, "lea", "reject", reasons=("unsafe",), comment="never say so")], "i3")
    run_stage(job, load_stage("curated_examples"))
    assert torn.example_id not in gold(job)
    word = job.warehouse.read("silver.review_verdicts").where(f"example_id = '{torn.example_id}'").first()
    assert (word["method"], word["reasons"]) == ("expert", ["unsafe"])
    assert (
        expert_tasks(job.warehouse, read_sample(job.warehouse, "pilot"), job.config.review, run_id="x2") == []
    )

    changed = [
        row | {"answer": "Call us.", "content_hash": "c" * 32}
        if row["example_id"] == rejected.example_id
        else row
        for row in pairs()
    ]
    job.warehouse.replace_where("silver.examples", rows_of(job.spark, "silver.examples", changed), "true")
    stale = answered(job, [an_answer(rejected, "cleo", "reject")], "i4")
    assert stale.reconciled.tasks["stale"] == 1
    run_stage(job, load_stage("curated_examples"))
    reasons = run_stage(job, load_stage("curated_examples")).result.entries
    assert not [entry for entry in reasons if entry.reason == "review:wrong_answer"]


def test_corrections_are_scored_and_compared_before_they_are_released(spark, tmp_path):
    settings = [f"warehouse.root={tmp_path / 'w'}", "pii.key.demo=true", "review.rate=1.0", "review.min_stratum=5",
                "review.effect.min_answers=1", "review.effect.min_probability=0.5"]  # fmt: skip
    job = open_job(load_config(settings=settings), run_id="c1", spark=spark)
    job.warehouse.replace_where("silver.examples", rows_of(spark, "silver.examples", list(pairs(30))), "true")
    stages = ("scores", "duplicates", "curated_examples")
    for stage in stages:
        run_stage(job, load_stage(stage))
    before = gold(job)
    scores = scores_of(job)
    tasks = {task.example_id: task for task in draw(job, "curated", "all") if task.part == "representative"}
    keep(job.warehouse, list(tasks.values()), run_id="all-1")
    rude, copied, better, copied_from, *_ = [tasks[example] for example in sorted(before)]
    answers = [
        an_answer(rude, "ann", "correct", answer="You are an idiot, read the manual."),
        an_answer(copied, "ann", "correct", question=copied_from.question, answer=copied_from.answer),
        an_answer(
            better,
            "ann",
            "correct",
            answer="Open the settings of your account, choose reset and follow the mail.",
        ),
    ]
    answered(job, answers, "c2")
    later = open_job(job.config, run_id="c3", spark=spark)
    for stage in stages:
        run_stage(later, load_stage(stage))
    after = gold(later)
    assert before.keys() - after.keys() in (
        {rude.example_id, copied.example_id},
        {rude.example_id, copied_from.example_id},
    )
    assert after[better.example_id] == (better.question, answers[2].answer)
    now = scores_of(later)
    assert {example for example in now if now[example] != scores[example]} == {
        rude.example_id, copied.example_id, better.example_id,
    }  # fmt: skip
    assert now[rude.example_id][1] == ["answer_insulting"]
    old = later.warehouse.read("silver.examples").where(f"example_id = '{rude.example_id}'").first()
    assert (old["question"], old["answer"]) == before[rude.example_id]
    sample = read_sample(later.warehouse, "all")
    reviewed = reviewed_pairs(later.warehouse, outcomes(sample), later.config.quality)
    assert [each.rejections for each in reviewed if each.is_bad] == [(), (), ()]  # as people saw them

    again = open_job(job.config, run_id="c4", spark=spark)
    notes = [run_stage(again, load_stage(stage)).result.note for stage in stages]
    assert notes[0] == "nothing new"


def scores_of(job):
    rows = job.warehouse.read("silver.scores").collect()
    return {row["example_id"]: (row["composite"], row["rejections"]) for row in rows}


def test_rules_are_measured_on_a_sample_of_scored_pairs(job, tmp_path):
    tasks = draw(job, "scored", "rules", count=40)
    keep(job.warehouse, tasks, run_id="rules-1")
    assert {task.is_accepted for task in tasks} == {True, False}
    export = tmp_path / "export.json"
    assert simulate(tasks, export, job.config.review, people=2, ability=1.0) > 0
    assert len(json.loads(export.read_text())) == len(tasks)
    answered(job, read_answers([export]), "i5")
    sample = read_sample(job.warehouse, "rules")
    found = reviewed_pairs(job.warehouse, outcomes(sample), job.config.quality)
    assert {rule for each in found for rule in each.rejections} == {"answer_insulting"}
    assert len(read_tasks(job.warehouse, "rules")) == len(tasks)


def test_what_is_not_there_is_told(job):
    with pytest.raises(ReviewError, match=r"no sample nowhere; known: pilot"):
        read_sample(job.warehouse, "nowhere")
    task = next(iter(read_tasks(job.warehouse).values()))
    with pytest.raises(ReviewError, match="none of the answers"):
        answered(job, [an_answer(task, task_id="0" * 32)], "i9")
