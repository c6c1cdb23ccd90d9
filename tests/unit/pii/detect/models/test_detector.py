"""The model detector: what it is asked, and what is said where its package is not there."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from pydantic import ValidationError

from smelt.errors import ConfigError
from smelt.pii.config import PiiConfig
from smelt.pii.detect.models.detector import _lines
from smelt.pii.detect.names import NameDetector
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch


def config(kind: str, model: str) -> PiiConfig:
    """A configuration that asks for a model."""
    return PiiConfig(detectors={"ner": {"kind": kind, "model": model}})


def test_a_kind_without_a_model_is_refused():
    with pytest.raises(ValidationError, match=r"must name a pipeline or a folder when ner\.kind is spacy"):
        config("spacy", " ")


@pytest.mark.parametrize(("kind", "extra"), [("spacy", "ner"), ("transformers", "train")])
def test_an_absent_package_is_told_with_the_extra_that_brings_it(kind, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, kind, None)  # what an import of it meets where it is not installed
    with pytest.raises(ConfigError) as error:
        Scrubber(config(kind, "some_model"), None)
    assert f"{kind} is not installed: pip install 'smelt[{extra}]'" in str(error.value)


@pytest.fixture
def pipeline(tmp_path):
    """The folder of a spaCy pipeline that knows one person and one organisation."""
    if importlib.util.find_spec("spacy") is None:
        pytest.skip("spaCy is not installed")
    import spacy

    made = spacy.blank("en")
    made.add_pipe("entity_ruler").add_patterns(
        [{"label": "PERSON", "pattern": "Zorblat"}, {"label": "ORG", "pattern": "Quux Ltd"}]
    )
    made.to_disk(tmp_path / "pipeline")
    return str(tmp_path / "pipeline")


def test_what_the_model_reads_in_an_unsure_line_is_a_person(pipeline):
    scrubber = Scrubber(config("spacy", pipeline), None)
    texts = ["We met Zorblat again.\nzorblat is near.", "Quux Ltd and Frobnitz came."]
    result = scrubber.scrub(TextBatch.of(texts))
    assert result.texts == ["We met [PERSON_1] again.\nzorblat is near.", texts[1]]
    assert [entry.detector for entry in result.replaced] == ["model.spacy"]


def test_an_absent_model_is_told(pipeline):
    with pytest.raises(ConfigError, match="'no_such_pipeline': OSError"):
        Scrubber(config("spacy", "no_such_pipeline"), None)


def test_only_lines_with_an_unsure_run_are_asked_about():
    text = "Nothing here.\nWe met Zorblat again\nand went."
    names = NameDetector(config("spacy", "any"))
    (unsure,) = names.unsure(TextBatch.of([text]))
    assert [text[slice(*run)] for run in unsure] == ["Zorblat"]
    assert [text[slice(*line)] for line in _lines(text, unsure)] == ["We met Zorblat again"]
    assert NameDetector(PiiConfig()).unsure(TextBatch.of([text])) == [()]
