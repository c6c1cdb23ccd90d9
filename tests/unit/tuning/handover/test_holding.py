"""Models that a withdrawn source must be named with: of runs, of folders, and of a real registry in SQLite."""

from __future__ import annotations

import pytest

from smelt.tuning.config import TuningConfig
from smelt.tuning.handover.folder import ABOUT, file_digests, whole_digest
from smelt.tuning.handover.holding import HoldingModel, models_holding
from smelt.tuning.handover.registry import by_alias, register
from smelt.tuning.training.record import RECORD, write_json

RELEASES = {"spring": "a" * 32, "summer": "b" * 32}


@pytest.fixture
def config(tmp_path):
    return TuningConfig(out=str(tmp_path / "tuning"))


def a_run(out, release, sources, name="1"):
    write_json(out / "runs" / name / RECORD, {"data": {"release": release, "sources": sources}})


def a_model(out, release, sources, name="1"):
    """A folder as it is handed over, with its digest; without weights, which registration never opens."""
    folder = out / "models" / name
    record = {
        "run": name,
        "configuration": {"tuning": {"approach": "lora"}},
        "tokens_per_second": 1,
        "seconds": 1,
        "validation": {},
    }
    write_json(folder / RECORD, record)
    files = file_digests(folder)
    data = {
        "release": release, "fingerprint": RELEASES.get(release, "c" * 32), "sources": sources, "place": "w",
        "delta_version": 3,
    }  # fmt: skip
    write_json(folder / ABOUT, {"run": name, "release": data, "files": files, "digest": whole_digest(files)})
    return folder


def test_runs_and_models_of_releases_that_hold_it(config, tmp_path):
    out = tmp_path / "tuning"
    a_run(out, "spring", {"mail": 3})
    a_run(out, "autumn", {"mail": 3}, "2")
    a_model(out, "summer", {"mail": 3, "reports": 1})
    found, problems = models_holding("reports", RELEASES, config)
    assert (found, problems) == (
        [
            HoldingModel("run", str(out / "runs" / "1"), "spring"),
            HoldingModel("model", str(out / "models" / "1"), "summer"),
        ],
        [],
    )


def test_a_model_of_a_release_that_was_dropped_is_known_by_its_own_counts(config, tmp_path):
    a_model(tmp_path / "tuning", "winter", {"reports": 4})
    found, _ = models_holding("reports", {}, config)
    assert [(each.kind, each.release) for each in found] == [("model", "winter")]


def test_versions_of_the_registry_are_named(config, tmp_path):
    register(a_model(tmp_path / "tuning", "spring", {"reports": 2}), config)
    register(a_model(tmp_path / "tuning", "autumn", {"mail": 2}, "2"), config)
    found, problems = models_holding("reports", {"spring": RELEASES["spring"]}, config)
    assert problems == []
    assert [(each.kind, each.name, each.release) for each in found if each.kind == "registered"] == [
        ("registered", f"{config.tracking.model_name} version 1", "spring")
    ]
    assert by_alias(config, "candidate").number == "2"


def test_a_version_is_named_though_its_release_is_gone(config, tmp_path):
    folder = a_model(tmp_path / "tuning", "winter", {"reports": 2})
    register(folder, config)
    found, _ = models_holding("reports", {}, config)
    assert [(each.kind, each.release) for each in found] == [("model", "winter"), ("registered", "dropped")]


def test_a_record_and_a_registry_that_cannot_be_read_are_told(config, tmp_path):
    (tmp_path / "tuning" / "runs" / "1").mkdir(parents=True)
    (tmp_path / "tuning" / "runs" / "1" / RECORD).write_text("{")
    (tmp_path / "tuning" / "mlflow.db").write_text("no database, but a note of some length" * 50)
    found, problems = models_holding("reports", RELEASES, config)
    assert found == []
    assert len(problems) == 2
    assert "cannot be read" in problems[0]
    assert "could not be asked" in problems[1]
