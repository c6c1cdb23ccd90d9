"""A common interface of trained models that find people in lines of text.

Each model's library is imported only if configured; an extra installs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smelt.errors import ConfigError
from smelt.pii.config import NerConfig

People = Callable[[Sequence[str]], list[list[tuple[int, int]]]]
"""Lines -> spans of people in each line."""

BATCH = 64


def load_people(config: NerConfig) -> People:
    """Load the model of ``pii.detectors.ner``. Raises ConfigError if its package or the model is missing."""
    return _LOADERS[config.kind](config)


def _spacy(config: NerConfig) -> People:
    try:
        import spacy
    except ImportError as error:
        raise _absent("spacy", config) from error
    try:
        pipeline = spacy.load(config.model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    except (OSError, ValueError) as error:
        raise _unusable(config, error) from error

    def people(lines: Sequence[str]) -> list[list[tuple[int, int]]]:
        return [
            [(entity.start_char, entity.end_char) for entity in read.ents if entity.label_ in config.labels]
            for read in pipeline.pipe(lines, batch_size=BATCH)
        ]

    return people


def _transformers(config: NerConfig) -> People:
    try:
        from transformers import pipeline
    except ImportError as error:
        raise _absent("transformers", config) from error
    try:
        classify = pipeline("token-classification", model=config.model, aggregation_strategy="simple")
    except (OSError, ValueError) as error:
        raise _unusable(config, error) from error

    def people(lines: Sequence[str]) -> list[list[tuple[int, int]]]:
        return [
            [(entry["start"], entry["end"]) for entry in found if entry["entity_group"] in config.labels]
            for found in classify(list(lines), batch_size=BATCH)
        ]

    return people


_LOADERS: dict[str, Callable[[NerConfig], People]] = {"spacy": _spacy, "transformers": _transformers}


def _absent(package: str, config: NerConfig) -> ConfigError:
    extra = {"spacy": "ner", "transformers": "train"}[package]
    return ConfigError(
        "the model that reads names cannot be used",
        [
            f"pii.detectors.ner.kind is {config.kind}, but {package} is not installed: pip install 'smelt[{extra}]'"
        ],
    )


def _unusable(config: NerConfig, error: Exception) -> ConfigError:
    return ConfigError(
        "the model that reads names cannot be used",
        [
            f"pii.detectors.ner.model {config.model!r}: {type(error).__name__}; name an installed pipeline or a folder"
        ],
    )
