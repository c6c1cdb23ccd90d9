"""Registers models in MLflow: a run with data set, parameters, measures and files, and a model version with alias.

The files are logged as artifacts of the run, so that later changes of the folder do not affect them; their digest is
stored with the version and checked whenever they are fetched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from smelt.errors import MissingExtra
from smelt.tuning.base.libraries import library
from smelt.tuning.config import TuningConfig
from smelt.tuning.errors import TuningError
from smelt.tuning.handover.folder import ABOUT, check_digest
from smelt.tuning.training.record import RECORD, read_json

CANDIDATE, CHAMPION = "candidate", "champion"
ARTIFACTS = "model"
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


class Version(NamedTuple):
    """A version of the registered model."""

    name: str
    number: str
    digest: str
    run_id: str


def tracking_uri(config: TuningConfig) -> str:
    """The configured server or file, by default mlflow.db in ``out``; raises TuningError for a plain folder."""
    named = config.tracking.tracking_uri
    if named is None:
        return f"sqlite:///{Path(config.out).resolve() / 'mlflow.db'}"
    if named.startswith("file:") or ("://" not in named and named != "databricks"):
        raise TuningError(
            f"tuning.tracking.tracking_uri: {named} is a folder; write sqlite:///PATH or a server"
        )
    return named


@contextmanager
def _client(config: TuningConfig) -> Iterator[Any]:
    """An MLflow client; errors of its store are raised as TuningError."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    mlflow = library("mlflow")
    uri = tracking_uri(config)
    if uri.startswith("sqlite:///"):
        library("sqlalchemy")
        library("alembic")
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    try:
        yield mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)
    except TuningError:
        raise
    except Exception as error:  # stores raise the errors of their drivers
        raise TuningError(
            f"the tracking server {_without_password(uri)} cannot be used ({type(error).__name__});"
            " nothing was registered: the same command tries again"
        ) from None


def register(folder: Path, config: TuningConfig) -> Version:
    """Log the handed-over ``folder`` and register it with the alias ``candidate``.

    The version is created last, so that a killed call leaves none; the same folder is never registered twice.
    """
    about = check_digest(folder)
    with _client(config) as client:
        known = _with_digest(client, config, about["digest"])
        if known is None:
            known = _registered(client, folder, about, config)
        client.set_registered_model_alias(known.name, CANDIDATE, known.number)
        return known


def by_alias(config: TuningConfig, alias: str) -> Version | None:
    """The version with ``alias``, or None."""
    with _client(config) as client:
        name = config.tracking.model_name
        models = client.search_registered_models(filter_string=f"name = '{name}'")
        number = models[0].aliases.get(alias) if models else None
        if number is None:
            return None
        return _as_version(client.get_model_version(name, str(number)))


def registered_on(
    config: TuningConfig, fingerprints: Collection[str]
) -> tuple[list[tuple[Version, str]], str | None]:
    """(version, fingerprint) of every registered version trained on data with one of ``fingerprints``.

    The second value is a message if the registry could not be read, else None. A registry that does not exist counts as
    empty.
    """
    place = tracking_uri(config).removeprefix("sqlite:///")
    if config.tracking.tracking_uri is None and not Path(place).exists():
        return [], None
    try:
        with _client(config) as client:
            listed = client.search_model_versions(f"name = '{config.tracking.model_name}'")
            found = [(_as_version(each), each.tags.get("smelt.fingerprint", "")) for each in listed]
    except (TuningError, MissingExtra) as error:
        return [], f"the registry could not be asked which of its models hold it: {error}"
    return [each for each in found if each[1] in fingerprints], None


def fetch(version: Version, config: TuningConfig, into: Path) -> Path:
    """Download the files of ``version`` to ``into``; raises TuningError if their digest differs."""
    with _client(config) as client:
        into.mkdir(parents=True, exist_ok=True)
        place = into / f"{version.name}-{version.number}"
        if not (place / ABOUT).is_file():
            with tempfile.TemporaryDirectory(dir=into) as temporary:
                found = Path(client.download_artifacts(version.run_id, ARTIFACTS, temporary))
                found.rename(place)
    if check_digest(place)["digest"] != version.digest:
        raise TuningError(
            f"version {version.number} of {version.name} is not what was registered: its digest differs"
        )
    return place


def set_champion(version: Version, config: TuningConfig, tags: dict[str, str]) -> None:
    """Move the alias ``champion`` to ``version``, and set ``tags`` with the reasons."""
    with _client(config) as client:
        for key, value in tags.items():
            client.set_model_version_tag(version.name, version.number, key, value)
        client.set_registered_model_alias(version.name, CHAMPION, version.number)


def _registered(client: Any, folder: Path, about: dict[str, Any], config: TuningConfig) -> Version:
    experiment = client.get_experiment_by_name(config.tracking.experiment)
    if experiment is None:
        local = tracking_uri(config).startswith("sqlite:")
        artifacts = (Path(config.out).resolve() / "mlflow-artifacts").as_uri() if local else None
        number = client.create_experiment(config.tracking.experiment, artifact_location=artifacts)
    else:
        number = experiment.experiment_id
    for left in client.search_runs(
        [number], f"tags.`smelt.digest` = '{about['digest']}' and attributes.status = 'RUNNING'"
    ):
        client.set_terminated(left.info.run_id, "KILLED")  # left by a call that was killed here
    tags = {"smelt.release": about["release"]["release"], "smelt.digest": about["digest"]}
    run = client.create_run(number, run_name=about["run"], tags=tags)
    run_id = run.info.run_id
    try:
        _log(client, run_id, folder, about)
        client.log_artifacts(run_id, str(folder), ARTIFACTS)
        client.set_terminated(run_id, "FINISHED")
    except BaseException:
        client.set_terminated(run_id, "FAILED")
        raise
    name = config.tracking.model_name
    if not client.search_registered_models(filter_string=f"name = '{name}'"):
        client.create_registered_model(name)
    source = f"{client.get_run(run_id).info.artifact_uri}/{ARTIFACTS}"
    tags = {"smelt.digest": about["digest"], "smelt.fingerprint": about["release"]["fingerprint"]}
    return _as_version(client.create_model_version(name, source=source, run_id=run_id, tags=tags))


def _log(client: Any, run_id: str, folder: Path, about: dict[str, Any]) -> None:
    entities = library("mlflow.entities")
    record = read_json(folder / RECORD)
    data = about["release"]
    dataset = entities.DatasetInput(
        entities.Dataset(
            name=f"smelt.{data['release']}",
            digest=data["fingerprint"][:36],
            source_type="delta_table",
            source=f'{{"path": "{data["place"]}", "delta_table_version": {data["delta_version"] or 0}}}',
        ),
        [entities.InputTag("mlflow.data.context", "training")],
    )
    client.log_inputs(run_id, [dataset])
    for key, value in sorted(_flat(record["configuration"]).items()):
        client.log_param(run_id, key, str(value)[:500])
    for name, value in _metrics(record, folder).items():
        client.log_metric(run_id, name, value)


def _metrics(record: dict[str, Any], folder: Path) -> dict[str, float]:
    found = {"tokens_per_second": record["tokens_per_second"], "seconds": record["seconds"]}
    found |= {f"validation_{when}_loss": v["eval_loss"] for when, v in record["validation"].items() if v}
    file = folder / "evaluation.json"
    if file.is_file():
        for system, values in read_json(file)["systems"].items():
            found |= {f"{system}.{score}": cell["mean"] for score, cell in values["scores"].items()}
            if "loss" in values:
                found[f"{system}.loss"] = values["loss"]["mean"]
    return {name: float(value) for name, value in found.items() if value is not None}


def _with_digest(client: Any, config: TuningConfig, digest: str) -> Version | None:
    name = config.tracking.model_name
    found = [
        each
        for each in client.search_model_versions(f"name = '{name}'")
        if each.tags.get("smelt.digest") == digest
    ]
    return _as_version(found[0]) if found else None


def _as_version(found: Any) -> Version:
    return Version(found.name, str(found.version), found.tags.get("smelt.digest", ""), found.run_id)


def _flat(values: dict[str, Any], at: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{at}{key}.")
        else:
            found[f"{at}{key}"] = value
    return found


def _without_password(uri: str) -> str:
    scheme, _, rest = uri.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else uri
