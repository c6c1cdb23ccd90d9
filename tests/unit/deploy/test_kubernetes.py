"""The manifests for both Spark operators: every field is one that the operator knows, settings are those of a cluster.

Kubeflow publishes its API as Python models (kubeflow-spark-api); what they do not know is lost on the way through
them. Apache's operator publishes none: its fields are those of its API documentation and of ApplicationSpec of version
1 (https://github.com/apache/spark-kubernetes-operator, docs/spark_custom_resources.md); pod templates are Kubernetes'.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from kubeflow_spark_api.models import IoK8sApiCoreV1PodSpec, SparkV1beta2ScheduledSparkApplication
from typer.main import get_command

from smelt.cli.app import app
from smelt.spark.cluster import SETTINGS

DEPLOY = Path(__file__).parents[3] / "deploy"
KUBEFLOW = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text("utf-8"))
APACHE = yaml.safe_load((DEPLOY / "kubernetes_apache.yaml").read_text("utf-8"))

APACHE_FIELDS = {
    "": {"apiVersion", "kind", "metadata", "spec"},
    ".spec": {
        "mainClass", "runtimeVersions", "jars", "pyFiles", "sparkRFiles", "files", "deploymentMode", "proxyUser",
        "driverArgs", "sparkConf", "applicationTolerations", "driverSpec", "executorSpec",
        "driverServiceIngressList", "configMapSpecs",
    },
    ".spec.runtimeVersions": {"sparkVersion", "scalaVersion", "jdkVersion"},
    ".spec.applicationTolerations": {
        "restartConfig", "applicationTimeoutConfig", "instanceConfig", "resourceRetainPolicy",
        "resourceRetainDurationMillis", "ttlAfterStopMillis",
    },
    ".spec.applicationTolerations.restartConfig": {
        "restartPolicy", "maxRestartAttempts", "restartBackoffMillis", "maxRestartOnFailure",
        "restartBackoffMillisForFailure", "maxRestartOnSchedulingFailure",
        "restartBackoffMillisForSchedulingFailure",
    },
    ".spec.driverSpec": {"podTemplateSpec"},
    ".spec.executorSpec": {"podTemplateSpec"},
}  # fmt: skip


def lost(given, kept, at=""):
    """Fields of ``given`` that are not in ``kept`` with the same value."""
    if isinstance(given, dict):
        return [
            each
            for key, value in given.items()
            for each in (lost(value, kept[key], f"{at}.{key}") if key in (kept or {}) else [f"{at}.{key}"])
        ]
    if isinstance(given, list):
        return [each for n, value in enumerate(given) for each in lost(value, kept[n], f"{at}[{n}]")]
    return [] if given == kept else [at]


def unknown(given, at=""):
    """Fields that Apache's operator does not know, down to where Kubernetes' own begin."""
    if at not in APACHE_FIELDS:
        return []
    return [f"{at}.{key}" for key in given if key not in APACHE_FIELDS[at]] + [
        each
        for key, value in given.items()
        if isinstance(value, dict)
        for each in unknown(value, f"{at}.{key}")
    ]


def test_kubeflows_operator_knows_every_field():
    model = SparkV1beta2ScheduledSparkApplication.from_dict(KUBEFLOW)
    assert lost(KUBEFLOW, model.to_dict()) == []
    changed = {**KUBEFLOW, "spec": {**KUBEFLOW["spec"], "nosuch": 1}}
    assert lost(changed, SparkV1beta2ScheduledSparkApplication.from_dict(changed).to_dict()) == [
        ".spec.nosuch"
    ]


def test_apaches_operator_knows_every_field():
    assert (APACHE["apiVersion"], APACHE["kind"]) == ("spark.apache.org/v1", "SparkApplication")
    assert unknown(APACHE) == []
    pod = APACHE["spec"]["driverSpec"]["podTemplateSpec"]["spec"]
    assert lost(pod, IoK8sApiCoreV1PodSpec.from_dict(pod).to_dict()) == []
    restart = APACHE["spec"]["applicationTolerations"]["restartConfig"]["restartPolicy"]
    assert restart in {"Never", "Always", "OnFailure", "OnInfrastructureFailure"}


@pytest.mark.parametrize("of", ["kubeflow", "apache"])
def test_both_run_the_same(of):
    spec = KUBEFLOW["spec"]["template"] if of == "kubeflow" else APACHE["spec"]
    settings = spec["sparkConf"]
    assert {key: settings.get(key) for key in SETTINGS} == dict(SETTINGS)
    image = re.search(r"apache/spark:(\d+\.\d+\.\d+)", (DEPLOY / "Dockerfile").read_text("utf-8"))[1]
    version = spec["sparkVersion"] if of == "kubeflow" else spec["runtimeVersions"]["sparkVersion"]
    assert version == image
    main = spec["mainApplicationFile"] if of == "kubeflow" else spec["pyFiles"]
    assert (DEPLOY.parent / main.removeprefix("local:///opt/smelt/")).is_file()
    command, *rest = spec["arguments"] if of == "kubeflow" else spec["driverArgs"]
    get_command(app).commands[command].make_context(command, [*rest[:-1], str(DEPLOY / "kubernetes.yaml")])


def test_both_have_the_same_size_and_the_key_from_a_secret():
    template, conf = KUBEFLOW["spec"]["template"], APACHE["spec"]["sparkConf"]
    driver, executor = template["driver"], template["executor"]
    assert conf["spark.executor.instances"] == str(
        executor["instances"]
    )  # fixed, so that runs take equal times
    for part, sizes in (("driver", driver), ("executor", executor)):
        assert conf[f"spark.{part}.cores"] == str(sizes["cores"])
        assert conf[f"spark.{part}.memory"] == sizes["memory"]
    reference = driver["env"][0]["valueFrom"]["secretKeyRef"]
    assert (
        conf["spark.kubernetes.driver.secretKeyRef.SMELT_PII_KEY"]
        == f"{reference['name']}:{reference['key']}"
    )
