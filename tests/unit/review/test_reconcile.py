from __future__ import annotations

import datetime as dt

from smelt.review.reconcile import REFUSALS, TASK_STATES, reconcile
from tests.unit.review.builders import NOW, a_task, an_answer

REASONS = ("wrong_answer", "other")


def reconciled(answers, tasks, **given):
    given = {"reasons": REASONS, "stale": (), "answered_before": {}, "samples": {"pilot"}} | given
    return reconcile(answers, {task.task_id: task for task in tasks}, **given)


def test_every_task_is_in_one_state():
    tasks = [a_task(key) for key in ("done", "half", "changed", "skipped", "refused", "lost")]
    done, half, changed, skipped, refused, _ = tasks
    answers = [
        an_answer(done, "a"), an_answer(done, "b"), an_answer(half, "a"), an_answer(changed, "a"),
        an_answer(skipped, "a", state="skipped", decision=None), an_answer(refused, "a", "perhaps"),
    ]  # fmt: skip
    found = reconciled(answers, tasks, stale={changed.task_id})
    assert found.tasks == {
        "answered": 1, "partly_answered": 1, "stale": 1, "skipped": 1, "refused": 1, "lost": 1,
    }  # fmt: skip
    assert tuple(found.tasks) == TASK_STATES
    assert len(found.kept) + sum(found.refused.values()) == len(answers)


def test_every_fault_has_its_name():
    task = a_task()
    faults = {
        "unknown_task": an_answer(task, task_id="f" * 32),
        "text_altered": an_answer(task, content_hash="f" * 32),
        "no_annotator": an_answer(task, None),
        "skipped": an_answer(task, state="skipped"),
        "draft": an_answer(task, state="draft"),
        "empty": an_answer(task, decision=None, state="empty"),
        "unknown_decision": an_answer(task, "a", "maybe"),
        "unknown_reason": an_answer(task, "a", "reject", reasons=("ugly",)),
        "rating_out_of_range": an_answer(task, "a", rating=6),
        "no_correction": an_answer(task, "a", "correct"),
    }
    for name, answer in faults.items():
        found = reconciled([answer._replace(where=f"row {name}")], [task])
        assert (dict(found.refused), found.kept, found.places) == ({name: 1}, [], {name: [f"row {name}"]})
    assert set(faults) | {"answered_twice", "personal_data"} == set(REFUSALS)


def test_of_two_answers_of_one_person_the_newer_counts_in_any_order():
    task = a_task()
    old = an_answer(task, "a", "accept")
    new = an_answer(task, "a", "reject", at=NOW + dt.timedelta(minutes=1))
    for order in ([old, new], [new, old]):
        found = reconciled(order, [task])
        assert [each.answer.decision for each in found.kept] == ["reject"]
        assert dict(found.refused) == {"answered_twice": 1}


def test_without_times_the_later_row_counts():
    task = a_task()
    rows = [an_answer(task, "a", "accept", at=None), an_answer(task, "a", "reject", at=None)]
    assert [each.answer.decision for each in reconciled(rows, [task]).kept] == ["reject"]


def test_earlier_imports_count_for_the_state_of_a_task():
    task = a_task()
    found = reconciled([an_answer(task, "b")], [task], answered_before={task.task_id: {"a"}})
    assert found.tasks["answered"] == 1


def test_other_samples_are_left_alone():
    mine, other = a_task("1"), a_task("2", sample="another")
    found = reconciled([an_answer(mine, "a")], [mine, other])
    assert sum(found.tasks.values()) == 1
