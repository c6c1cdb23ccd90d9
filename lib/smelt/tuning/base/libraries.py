"""Lazy imports of the libraries of the extra ``train``."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from typing import Any

from smelt.errors import MissingExtra

QUIET = {"HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "true", "TRL_EXPERIMENTAL_SILENCE": "1"}
"""Defaults of environment variables: no telemetry, and tokenizers may use all cores."""


def library(name: str) -> Any:
    """The module ``name``; raises MissingExtra if the extra ``train`` is not installed."""
    for key, value in QUIET.items():
        os.environ.setdefault(key, value)
    try:
        return import_module(name)
    except ImportError as error:
        missing = (error.name or name).split(".")[0]
        raise MissingExtra(missing, "train") from None


def quiet() -> None:
    """Switch off progress bars and warnings of the libraries; smelt reports progress itself."""
    transformers, datasets = library("transformers"), library("datasets")
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"transformers|trl|peft")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    datasets.disable_progress_bars()
