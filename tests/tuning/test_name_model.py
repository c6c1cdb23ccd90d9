"""A token classifier of transformers beside the name rules: the one lane that has the package runs it for real."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

from smelt.errors import ConfigError
from smelt.pii.config import PiiConfig
from smelt.pii.scrubber import Scrubber
from smelt.pii.types import TextBatch

VOCABULARY = ("[PAD]", "[UNK]", "zorblat", "quux", "we", "met", "again", ".")


def classifier(folder: Path, *, layers: int, knows: str = "") -> str:
    """The folder of a tiny random model; with ``knows``, and no layers, one that takes this word alone for a person."""
    torch.manual_seed(1)
    words = Tokenizer(models.WordLevel({word: at for at, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    model = BertForTokenClassification(
        BertConfig(
            vocab_size=len(VOCABULARY), hidden_size=8, num_hidden_layers=layers, num_attention_heads=2,
            intermediate_size=8, id2label={0: "O", 1: "B-PER"}, label2id={"O": 0, "B-PER": 1},
        )
    )  # fmt: skip
    if knows:
        with torch.no_grad():
            tables = model.bert.embeddings
            for table in (tables.word_embeddings, tables.position_embeddings, tables.token_type_embeddings):
                table.weight.zero_()
            tables.word_embeddings.weight[VOCABULARY.index(knows), 0] = 1
            model.classifier.weight.zero_()
            model.classifier.weight[1, 0] = 5
            model.classifier.bias.copy_(torch.tensor([1.0, 0.0]))
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(
        folder
    )
    return str(folder)


def scrubber(model: str) -> Scrubber:
    return Scrubber(PiiConfig(detectors={"ner": {"kind": "transformers", "model": model}}), None)


def test_what_the_classifier_reads_in_an_unsure_line_is_a_person(tmp_path):
    texts = ["We met Zorblat again.\nzorblat is near.", "Quux and Frobnitz came."]
    result = scrubber(classifier(tmp_path / "model", layers=0, knows="zorblat")).scrub(TextBatch.of(texts))
    assert result.texts == ["We met [PERSON_1] again.\nzorblat is near.", texts[1]]
    assert [entry.detector for entry in result.replaced] == ["model.transformers"]


def test_whatever_a_random_classifier_says_lies_in_a_line_it_was_asked_about(tmp_path):
    texts = ["Nothing is here.\nWe met Zorblat again.", "Quux met Frobnitz again ."]
    found = scrubber(classifier(tmp_path / "model", layers=2)).find(TextBatch.of(texts))
    for finding in found:
        text = texts[finding.text]
        assert 0 <= finding.start < finding.end <= len(text)
        assert "\n" not in text[finding.start : finding.end]


def test_a_folder_without_a_model_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"the model that reads names cannot be used"):
        scrubber(str(tmp_path))
