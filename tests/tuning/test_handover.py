"""The whole way in one call, restarted between its steps; registered versions, and the gate before the champion."""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smelt.costs.bill import bill
from smelt.costs.config import CostsConfig
from smelt.monitor.config import RetrainConfig
from smelt.monitor.retrain import carry_out
from smelt.pii.config import PiiConfig
from smelt.tables.config import WarehouseConfig
from smelt.tables.without_spark import PlainTables
from smelt.tuning import finetune as way
from smelt.tuning.config import PromotionConfig
from smelt.tuning.errors import PromotionRefused, TuningError
from smelt.tuning.finetune import finetune
from smelt.tuning.handover import registry
from smelt.tuning.handover.folder import check_digest
from smelt.tuning.handover.promotion import Contender, contender, promote, refusals
from smelt.tuning.predict import predict

STEPS = {"max_steps": 60, "learning_rate": 0.01, "save_every": 60, "evaluate_every": 60}
SMALL = {"rows": 12, "resamples": 200}


@pytest.fixture(scope="module")
def finetuned(root, schooled, tmp_path_factory):
    """One model that went the whole way, and its configuration."""
    from smelt.tuning.config import TuningConfig

    out = tmp_path_factory.mktemp("out")
    config = TuningConfig.model_validate(
        {
            "base": str(schooled), "out": str(out), "train": STEPS | {"scheduler": "constant", "warmup_share": 0.0},
            "evaluation": SMALL, "generation": {"max_new_tokens": 32}, "lora": {"r": 32, "alpha": 64},
        }
    )  # fmt: skip
    said: list[str] = []
    done = finetune("r1", WarehouseConfig(root=str(root)), config, PiiConfig(), say=said.append)
    return done, config, said


def test_the_folder_says_where_it_comes_from_and_was_proved_elsewhere(finetuned):
    done, _, _ = finetuned
    about = check_digest(done.folder)
    assert about["proof"]["ends_at_stop_token"]
    assert about["proof"]["logits_differ_by"] < 1e-4
    assert about["proof"]["merged_logits_differ_by"] < 1e-3
    assert about["proof"]["answers_that_stopped"] > 0
    assert (
        json.loads((done.folder / "manifest.json").read_text())["fingerprint"]
        == about["release"]["fingerprint"]
    )
    assert (
        json.loads((done.folder / "generation_config.json").read_text())["eos_token_id"] == about["stop_ids"]
    )
    held = {file.name for file in done.folder.iterdir()}
    assert held >= {
        "adapter_model.safetensors",
        "tokenizer.json",
        "chat_template.jinja",
        "README.md",
        "run.json",
    }
    assert not {name for name in held if name.endswith(".bin")}
    card = (done.folder / "README.md").read_text()
    assert "fingerprint" in card
    assert "token_f1" in card


def test_the_second_call_does_nothing_twice(finetuned, root):
    done, config, _ = finetuned
    said: list[str] = []
    again = finetune("r1", WarehouseConfig(root=str(root)), config, PiiConfig(), say=said.append)
    assert again.version == done.version
    assert "3/5 evaluated already" in said
    assert any("is finished already" in line for line in said)


def test_the_prompts_evaluation_is_kept_for_the_same_base_alone(root, tiny, schooled, tmp_path):
    from smelt.tuning.config import TuningConfig

    values = {
        "approach": "prompt", "out": str(tmp_path), "evaluation": {"rows": 3, "resamples": 100, "compare": []},
        "generation": {"max_new_tokens": 4},
    }  # fmt: skip
    said: list[str] = []
    for base in (tiny, tiny, schooled):
        config = TuningConfig.model_validate(values | {"base": str(base)})
        done = finetune("r1", WarehouseConfig(root=str(root)), config, PiiConfig(), say=said.append)
        assert done.version is None
    assert [line.partition(":")[0] for line in said if line.startswith("3/5")] == [
        "3/5 evaluated",
        "3/5 evaluated already",
        "3/5 evaluated",
    ]


def test_predict_answers_to_its_stop(finetuned):
    done, config, _ = finetuned
    answer = predict(done.folder, "Hello, how do I reset my password for order 0?", config)
    assert answer.stopped
    assert answer.text


def test_files_that_were_changed_are_refused(finetuned, tmp_path):
    import shutil

    done, config, _ = finetuned
    copied = tmp_path / "model"
    shutil.copytree(done.folder, copied)
    (copied / "chat_template.jinja").write_text("x")
    with pytest.raises(TuningError, match="digest differs"):
        predict(copied, "x", config)
    with pytest.raises(TuningError, match="no handed-over model"):
        check_digest(tmp_path)


def test_the_registered_version_is_a_copy_with_its_dataset(finetuned):
    import mlflow

    done, config, _ = finetuned
    assert registry.by_alias(config, "candidate") == done.version
    assert registry.by_alias(config, "nobody") is None
    client = mlflow.MlflowClient(registry.tracking_uri(config), registry.tracking_uri(config))
    run = client.get_run(done.version.run_id)
    assert run.inputs.dataset_inputs[0].dataset.digest == check_digest(done.folder)["release"]["fingerprint"]
    assert run.data.params["approach"] == "lora"
    assert "candidate.token_f1" in run.data.metrics
    fetched = registry.fetch(done.version, config, Path(config.out) / "elsewhere")
    assert fetched != done.folder
    assert check_digest(fetched)["digest"] == done.version.digest
    weights = next(fetched.glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    with pytest.raises(TuningError, match="digest differs"):
        registry.fetch(done.version, config, Path(config.out) / "elsewhere")


def test_the_first_champion_beats_its_base_and_the_same_model_is_not_promoted_twice(finetuned, tmp_path):
    done, config, _ = finetuned
    version = promote(config, cache=tmp_path)
    assert version.number == done.version.number
    assert registry.by_alias(config, "champion") == version
    with pytest.raises(PromotionRefused, match="it is the champion already"):
        promote(config, cache=tmp_path)


def test_a_plan_to_train_anew_is_carried_out_and_the_gate_decides(finetuned, root, tmp_path):
    done, config, _ = finetuned
    conf = tmp_path / "plan.json"  # JSON is YAML
    conf.write_text(
        json.dumps({"warehouse": {"root": str(root)}, "tuning": config.model_dump(mode="json")}), "utf-8"
    )
    tables = PlainTables(root=str(tmp_path / "monitored"))
    plan = {
        "plan_id": "p", "model_version": "1", "release": "r1", "because": ["accuracy fell"], "new_examples": 0,
        "corrected": 0, "cost_usd": None, "expected_gain": None, "steps": ["finetune r1", "promote"],
    }  # fmt: skip
    now = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    registry_before = registry.by_alias(config, "candidate")
    for is_first in (True, False):
        outcome = carry_out(tables, RetrainConfig(), plan, [f"--conf={conf}"], run_id="r", now=now)
        assert outcome.failed is None
        assert is_first or not outcome.is_promoted  # the champion does not beat itself
    assert registry.by_alias(config, "champion") == registry_before == done.version
    (kept,) = tables.read("gold.retraining_plans").to_pylist()
    assert (kept["state"], json.loads(kept["plan"])["is_promoted"]) == ("done", False)


def test_the_record_of_a_run_makes_a_bill(finetuned):
    record = json.loads((finetuned[0].folder / "run.json").read_text())
    found = bill("r", record, CostsConfig())
    assert found.parameters == record["checks"]["parameters"]
    assert found.real_hours == pytest.approx(record["seconds"] / 3_600)
    assert found.tokens == pytest.approx(record["tokens_per_second"] * record["seconds"])
    assert not found.is_comparable
    assert found.ran_on.endswith("CPUs")


def worse(found: Contender, by: float, **changed) -> Contender:
    """The same model with lower scores."""
    evaluation = copy.deepcopy(found.evaluation)
    system = evaluation["systems"]["candidate"]
    for cells in (system["scores"], *system["by_category"].values()):
        for cell in cells.values():
            for key in ("mean", "low", "high"):
                cell[key] = (cell[key] or 0) - by
    return Contender("another", found.about | changed, evaluation)


def test_the_gate_names_every_rule_that_refuses(finetuned):
    done, _, _ = finetuned
    champion = contender(done.folder)
    rules = PromotionConfig(needs_approval=True, min_category_rows=2)
    bad = worse(champion, 0.2, proof=champion.about["proof"] | {"answers_that_stopped": 0})
    bad.evaluation["privacy"]["problems"] = ["3 severe spans"]
    bad.evaluation["memorisation"]["said"] = 1
    bad.system["collapse"] |= {"collapsed": True, "reasons": ["answers repeat themselves"]}
    found = [line.split(":")[0] for line in refusals(bad, champion, rules, None)]
    assert set(found) == {"better", "category", "privacy", "collapse", "stop", "approval"}
    better = worse(champion, -0.5)
    assert refusals(better, champion, rules, "Jo Doe") == []
    other_rows = worse(champion, -0.5)
    other_rows.evaluation["row_ids"] = ["x"]
    assert "different rows" in refusals(other_rows, champion, rules, "Jo Doe")[0]
    assert refusals(champion, None, PromotionConfig(measure="loss"), None) == []
    assert "which is no sure gain" in refusals(_no_gain(champion), None, PromotionConfig(), None)[0]


def _no_gain(found: Contender) -> Contender:
    evaluation = copy.deepcopy(found.evaluation)
    evaluation["candidate_against"]["base"]["token_f1"] |= {"mean": 0.0, "low": -0.1, "high": 0.1}
    return Contender("another", found.about, evaluation)


def test_a_tracking_server_that_is_away_leaves_nothing_half_registered(finetuned):
    done, config, _ = finetuned
    away = config.model_copy(
        update={
            "tracking": config.tracking.model_copy(update={"tracking_uri": "http://user:secret@127.0.0.1:9"})
        }
    )
    with pytest.raises(TuningError, match="nothing was registered") as told:
        registry.register(done.folder, away)
    assert "secret" not in str(told.value)
    with pytest.raises(TuningError, match="is a folder"):
        registry.tracking_uri(
            config.model_copy(
                update={"tracking": config.tracking.model_copy(update={"tracking_uri": "mlruns"})}
            )
        )


@pytest.mark.parametrize("step", ["hand_over", "register"])
def test_a_call_that_was_killed_goes_on_where_it_was(finetuned, root, monkeypatch, tmp_path, step):
    import shutil

    _, config, _ = finetuned
    out = tmp_path / "out"
    shutil.copytree(Path(config.out) / "runs", out / "runs")
    for file in (out / "runs").rglob("evaluation.json"):
        file.unlink()
    few = config.evaluation.model_copy(update={"rows": 3, "compare": ("base",)})
    config = config.model_copy(update={"out": str(out), "evaluation": few})

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    place = way.registry if step == "register" else way
    with monkeypatch.context() as patched:
        patched.setattr(place, step, killed)
        with pytest.raises(KeyboardInterrupt):
            finetune("r1", WarehouseConfig(root=str(root)), config, PiiConfig())
    assert registry.by_alias(config, "candidate") is None
    done = finetune("r1", WarehouseConfig(root=str(root)), config, PiiConfig())
    assert check_digest(done.folder)["digest"] == done.version.digest
    assert done.version.number == "1"


def test_the_commands(root, tiny, tmp_path):
    conf = tmp_path / "smelt.yaml"
    conf.write_text(
        f"warehouse: {{root: {root}}}\n"
        f"tuning:\n  base: {tiny}\n  out: tuning\n  train: {{max_steps: 2}}\n"
        f"  evaluation: {{rows: 3, resamples: 100}}\n"
        "  generation: {max_new_tokens: 6}\n"
    )

    def smelt(*words: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "smelt.cli.app", *words, "--conf", str(conf)]
        env = os.environ | {"OMP_NUM_THREADS": "1", "SMELT_TRACEBACK": ""}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    assert "every check passed" in smelt("train", "latest", "--check")
    assert "there is no release r9" in smelt("train", "r9", "--check", code=2)
    made = json.loads(smelt("train", "latest", "--json").splitlines()[-1])
    assert "token_f1" in smelt("evaluate", "latest", str(tmp_path / "tuning" / "runs" / made["run"]))
    assert json.loads(smelt("predict", "prompt:r1", "Where is it?", "--json"))["tokens"] > 0
    assert "f1" in smelt("crossvalidate", "latest", "--set", "tuning.crossvalidation.proxy=classifier")
    done = json.loads(smelt("finetune", "latest", "--json").splitlines()[-1])
    assert done["version"]["number"] == "1"
    assert json.loads(smelt("predict", "candidate", "Where is it?", "--json"))["tokens"] > 0
    assert "version 1 of smelt-adapter stays a candidate" in smelt("promote", code=10)
