"""One small release and one tiny random model for all tests of the training job."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from smelt.tables.config import WarehouseConfig
from smelt.tables.location import TablePlaces
from smelt.tuning.base.tiny import make_tiny_model
from smelt.tuning.config import TuningConfig
from smelt.tuning.prepare import Prepared, prepare
from smelt.tuning.training.run import train
from tests.tuning.releases import a_row, rows_of, write_release

torch.set_num_threads(1)  # threads that wait for each other on a busy machine take longer than one


@pytest.fixture(scope="session")
def root(tmp_path_factory) -> Path:
    """A warehouse with release r1: 48 train, 12 validation and 12 test rows of three categories."""
    return write_release(tmp_path_factory.mktemp("warehouse"), rows_of())


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """A tiny random Llama-style model with a tokenizer made from the release."""
    texts = [message["content"] for row in rows_of() for message in row["messages"]]
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny", texts, vocabulary=600, hidden=48)


@pytest.fixture(scope="session")
def schooled(tiny, tmp_path_factory) -> Path:
    """The tiny model after school: it writes answers that begin with thanks, and stops."""
    rows = [
        a_row(2_000 + n, split, answer=f"Thank you for asking. {a_row(2_000 + n, split)['output']}")
        for n, split in enumerate(["train"] * 48 + ["validation"] * 6 + ["test"] * 6)
    ]
    where = write_release(tmp_path_factory.mktemp("school"), rows)
    config = TuningConfig.model_validate(
        {
            "base": str(tiny), "out": str(where / "out"), "approach": "full",
            "train": {"max_steps": 90, "learning_rate": 0.01, "save_every": 900, "evaluate_every": 900},
        }
    )  # fmt: skip
    ready = prepare("r1", WarehouseConfig(root=str(where)), config)
    return train(ready.release, ready.base, ready.chat, config).weights


@pytest.fixture
def settings(tiny, tmp_path):
    """``settings(train={...})``: a configuration with few quick steps."""

    def build(**sections) -> TuningConfig:
        train = {
            "max_steps": 8, "batch_size": 8, "learning_rate": 0.01, "save_every": 4, "evaluate_every": 8,
            "log_every": 1, "scheduler": "constant", "warmup_share": 0.0,
        } | sections.pop("train", {})  # fmt: skip
        values = {"base": str(tiny), "out": str(tmp_path / "out"), "train": train} | sections
        values.setdefault("generation", {"max_new_tokens": 24})
        return TuningConfig.model_validate(values)

    return build


@pytest.fixture
def prepared(root):
    """``prepared(config)`` over release r1, or over another warehouse."""

    def build(config: TuningConfig, where: Path | None = None, name: str = "r1") -> Prepared:
        return prepare(name, WarehouseConfig(root=str(where or root)), config)

    return build


@pytest.fixture
def places(root) -> TablePlaces:
    """Where release r1 is."""
    return TablePlaces(root=str(root))
