"""The Kubernetes Job of training: every field is Kubernetes', and what it calls takes its arguments."""

from __future__ import annotations

from pathlib import Path

import yaml
from kubeflow_spark_api.models import IoK8sApiCoreV1PodSpec

from smelt.config import load_config
from smelt.jobs.train import options

DEPLOY = Path(__file__).parents[3] / "deploy"
JOB = yaml.safe_load((DEPLOY / "training_job.yaml").read_text("utf-8"))
POD = JOB["spec"]["template"]["spec"]
(TRAIN,) = POD["containers"]


def test_every_field_of_the_pod_is_one_of_kubernetes():
    assert (JOB["apiVersion"], JOB["kind"]) == ("batch/v1", "Job")
    assert set(JOB["spec"]) == {"backoffLimit", "template"}
    assert IoK8sApiCoreV1PodSpec.from_dict(POD).to_dict() == POD
    assert IoK8sApiCoreV1PodSpec.from_dict(POD | {"nosuch": 1}).to_dict() == POD  # it would be lost


def test_it_asks_for_a_gpu_and_mounts_what_it_declares():
    assert TRAIN["resources"]["limits"]["nvidia.com/gpu"] == 1
    assert {each["name"] for each in TRAIN["volumeMounts"]} == {each["name"] for each in POD["volumes"]}


def test_the_job_takes_its_arguments():
    assert TRAIN["command"] == ["python", "-m", "smelt.jobs.train"]
    given = options(TRAIN["args"])
    assert given.release == "latest"
    tuning = load_config(settings=given.settings).tuning
    assert (tuning.out, tuning.base) == ("/runs", "/models/base")


def test_the_image_brings_the_extra_of_training_and_its_pins():
    said = (DEPLOY / "Dockerfile.training").read_text("utf-8")
    assert "smelt[train]" in said
    assert "constraints-train.txt" in said
