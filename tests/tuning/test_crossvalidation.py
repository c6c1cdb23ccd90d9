"""Five folds of one release, trained for real or by a proxy."""

from __future__ import annotations

import json
import math

import pytest

from smelt.tuning.crossvalidation.run import aggregate, crossvalidate
from smelt.tuning.errors import ReleaseUnusable
from tests.tuning.releases import rows_of, write_release


def test_five_folds_are_trained_and_judged_on_what_they_did_not_see(prepared, settings, tmp_path):
    config = settings(crossvalidation={"max_steps": 3, "generate_rows": 2}, generation={"max_new_tokens": 6})
    report = crossvalidate(prepared(config), tmp_path / "cv")
    assert len(report["folds"]) == 5
    assert sum(fold["val_size"] for fold in report["folds"]) == 72
    assert {fold["train_size"] + fold["val_size"] for fold in report["folds"]} == {72}
    assert len({fold["performance"]["loss"] for fold in report["folds"]}) == 5
    mean = report["aggregate"]["performance"]["loss"]
    assert mean["low"] < mean["mean"] < mean["high"]
    assert report["aggregate"]["data_quality"]["composite"]["mean"] == pytest.approx(0.8)
    assert json.loads((tmp_path / "cv" / "crossvalidation.json").read_text())["proxy"] == "none"
    again = crossvalidate(prepared(config), tmp_path / "cv")  # every fold is finished already
    assert again["folds"] == report["folds"]


@pytest.mark.parametrize("proxy", ["classifier", "tiny"])
def test_a_proxy_is_trained_instead(prepared, settings, tmp_path, proxy):
    config = settings(
        train={"max_steps": 2},
        crossvalidation={"folds": 2 if proxy == "tiny" else 5, "proxy": proxy, "generate_rows": 0},
    )
    found = crossvalidate(prepared(config), tmp_path)["aggregate"]["performance"]
    if proxy == "classifier":
        assert found["f1"]["mean"] > 0.9
    else:
        assert found["loss"]["mean"] > 0


def test_instructions_are_asked_as_they_were_trained(prepared, settings, tmp_path, monkeypatch):
    from smelt.tuning.crossvalidation import run

    asked = []
    whole = run.ModelAnswerer.answer
    monkeypatch.setattr(
        run.ModelAnswerer, "answer", lambda self, prompts: asked.extend(prompts) or whole(self, prompts)
    )
    config = settings(
        approach="instruction", train={"max_steps": 1}, generation={"max_new_tokens": 2},
        crossvalidation={"folds": 2, "generate_rows": 3},
    )  # fmt: skip
    crossvalidate(prepared(config), tmp_path / "cv")
    assert len(asked) == 6
    assert all("Task: " in prompt[0]["content"] for prompt in asked)  # "how do I ..." asks for steps


def test_fewer_groups_than_folds_is_one_clear_error(prepared, settings, tmp_path):
    where = write_release(tmp_path / "w", rows_of(6, 1, 1, group_id="one"))
    with pytest.raises(ReleaseUnusable, match="1 groups cannot be divided into 5 folds"):
        crossvalidate(prepared(settings(), where), tmp_path / "cv")


def test_a_release_of_one_category(prepared, settings, tmp_path):
    where = write_release(tmp_path / "w", rows_of(16, 2, 2, category="account"))
    with pytest.raises(ReleaseUnusable, match="one category"):
        crossvalidate(prepared(settings(crossvalidation={"proxy": "classifier"}), where), tmp_path / "cv")
    config = settings(train={"max_steps": 1}, crossvalidation={"folds": 2, "generate_rows": 0})
    assert "one category" in crossvalidate(prepared(config, where), tmp_path / "cv")["warnings"][-1]


def test_figures_of_folds():
    found = aggregate([1.0, 2.0, 3.0])
    assert found["mean"] == 2
    assert found["deviation"] == 1
    assert found["high"] - 2 == pytest.approx(4.3027 / math.sqrt(3), abs=1e-3)
    assert math.isinf(aggregate([1.0])["high"])
    assert aggregate([math.nan, 1.0])["mean"] == 1
