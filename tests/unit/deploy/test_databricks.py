"""The bundle: every field, variable, entry point, parameter and file that it names is there."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from databricks.bundles.jobs import Job
from typer.main import get_command

from smelt.cli.app import app
from smelt.config import load_config
from smelt.spark.cluster import DELTA_PACKAGES, SETTINGS

DEPLOY = Path(__file__).parents[3] / "deploy"
BUNDLE = yaml.safe_load((DEPLOY / "databricks.yml").read_text("utf-8"))
JOBS = BUNDLE["resources"]["jobs"]
TASKS = [(name, task) for name, job in JOBS.items() for task in job["tasks"]]
IDS = [f"{name}.{task['task_key']}" for name, task in TASKS]


@pytest.mark.parametrize("name", JOBS)
def test_every_field_is_one_of_databricks(name):
    job = Job.from_dict(JOBS[name])
    assert job.as_dict()["name"] == JOBS[name]["name"]


def test_an_unknown_field_would_be_noticed():
    with pytest.raises(ValueError, match="nosuch"):
        Job.from_dict(JOBS["smelt_nightly"] | {"nosuch": 1})


def test_variables_are_declared_and_used():
    used = set(re.findall(r"\$\{var\.(\w+)\}", (DEPLOY / "databricks.yml").read_text("utf-8")))
    assert used == set(BUNDLE["variables"])
    assert set(BUNDLE["targets"]) == {"dev", "staging", "prod"}
    for target in BUNDLE["targets"].values():
        assert set(target.get("variables", {})) <= used


@pytest.mark.parametrize(("name", "task"), TASKS, ids=IDS)
def test_a_task_calls_a_command_that_takes_its_parameters(name, task):
    wheel = task["python_wheel_task"]
    found = [each for each in entry_points(group="console_scripts") if each.name == wheel["entry_point"]]
    assert found
    assert all(each.value.startswith("smelt.") for each in found)
    filled = [re.sub(r"\$\{var\.(\w+)\}", lambda v: str(BUNDLE["variables"][v[1]]["default"]), each)
              for each in wheel["parameters"]]  # fmt: skip
    command, *rest = filled
    made = get_command(app).commands[command]
    context = made.make_context(command, list(rest))
    assert context.params["conf"]
    load_config(settings=context.params["settings"])
    if "environment_key" in task:
        keys = {each["environment_key"] for each in JOBS[name]["environments"]}
        assert task["environment_key"] in keys
    else:
        assert task["job_cluster_key"] in {each["job_cluster_key"] for each in JOBS[name]["job_clusters"]}


def test_both_jobs_take_the_same_steps_in_the_same_order():
    steps = [
        [(t["task_key"], [d["task_key"] for d in t.get("depends_on", [])], t["python_wheel_task"]["parameters"])
         for t in job["tasks"]]
        for job in JOBS.values()
    ]  # fmt: skip
    names = [step[0] for step in steps[0]]
    assert names == ["ingest", "curate", "release", "report", "export", "train"]
    assert steps[1] == steps[0][:4]  # serverless has no GPU to train on
    assert [step[1] for step in steps[0]] == [[], *([name] for name in names[:-1])]


def test_training_brings_the_packages_of_its_extra():
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text("utf-8"))
    train = next(task for task in JOBS["smelt_nightly"]["tasks"] if task["task_key"] == "train")
    brought = {each["pypi"]["package"] for each in train["libraries"] if "pypi" in each}
    wanted = set(project["project"]["optional-dependencies"]["train"])
    there = {
        each for each in wanted if each.startswith(("torch", "smelt["))
    }  # the ML runtime's: torch, MLflow
    assert brought == wanted - there


def test_settings_are_those_of_every_cluster():
    cluster = JOBS["smelt_nightly"]["job_clusters"][0]["new_cluster"]
    own = {key: value for key, value in SETTINGS.items() if "delta" not in value}
    assert {key.removesuffix("extensions"): value for key, value in cluster["spark_conf"].items()} == own


def test_each_build_has_a_version_of_its_own():
    assert BUNDLE["artifacts"]["smelt"]["dynamic_version"] is True
    assert (DEPLOY / BUNDLE["artifacts"]["smelt"]["path"] / "pyproject.toml").is_file()


def test_the_image_and_manifests_use_the_same_versions_and_settings():
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    delta = DELTA_PACKAGES["3.5"].rpartition(":")[2]
    assert f"ARG DELTA={delta}\n" in dockerfile
    manifest = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text("utf-8"))
    held = manifest["spec"]["template"]["sparkConf"]
    assert {key: held.get(key) for key in SETTINGS} == dict(SETTINGS)
    image = re.search(r"apache/spark:(\d+\.\d+\.\d+)", dockerfile)[1]
    assert manifest["spec"]["template"]["sparkVersion"] == image
