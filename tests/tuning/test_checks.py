"""Every check is tripped by a release, template or setting made to trip it; the plain release passes all."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
import transformers

from smelt.tuning import checks
from smelt.tuning.base.model_folder import open_base
from smelt.tuning.base.tiny import TEMPLATE, make_tiny_model
from smelt.tuning.checks import packing_keeps_apart
from smelt.tuning.encoding.chat import Chat
from smelt.tuning.encoding.dataset import open_encoded
from smelt.tuning.encoding.rows import IGNORED
from smelt.tuning.errors import BaseUnusable, ChecksFailed
from tests.tuning.releases import a_row, rows_of, write_release

USER = "{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"


def checked(prepared, config, where=None, folder=None):
    ready = prepared(config, where)
    return checks.check(ready.release, ready.base, ready.chat, config, folder=folder)


@pytest.fixture
def with_template(tiny, tmp_path, settings):
    """A configuration whose base has another template."""

    def build(template, **sections):
        file = tmp_path / "template.jinja"
        file.write_text(template)
        return settings(chat_template=str(file), **sections)

    return build


def release_of(tmp_path, *rows):
    return write_release(tmp_path / "w", [*rows_of(8, 4, 4), *rows])


def test_the_plain_release_passes(prepared, settings, tmp_path):
    report = checked(prepared, settings(), folder=tmp_path / "encoded")
    report.raise_for_problems()
    assert {name: (s.rows, s.kept) for name, s in report.splits.items()} == {
        "train": (48, 48), "validation": (12, 12), "test": (12, 12)
    }  # fmt: skip
    rows = open_encoded(tmp_path / "encoded" / "train.arrow")
    assert rows.column_names == ["input_ids", "labels"]
    ready = prepared(settings())
    learnt = [n for n in rows[0]["labels"] if n != IGNORED]
    assert ready.base.tokenizer.decode(learnt) == (
        "Choose forgot password on the sign-in page and follow the mail.<|im_end|>"
    )
    assert json.dumps(report.as_dict())
    assert report.memory.total > 0


def test_rows_that_are_too_long_are_counted_named_and_refused_above_a_share(prepared, settings, tmp_path):
    where = release_of(tmp_path, a_row(90, "train", answer="and again " * 90))
    config = settings(data={"max_length": 120, "max_left_out": 0.2})
    report = checked(prepared, config, where)
    assert report.problems == []
    assert report.splits["train"].named["too_long"] == ["e00090"]
    report = checked(prepared, settings(data={"max_length": 120, "max_left_out": 0.1}), where)
    assert any("1 of 9 rows would be left out" in line for line in report.problems)
    with pytest.raises(ChecksFailed):
        report.raise_for_problems()


def test_a_prompt_that_leaves_no_answer_is_never_trained_on(prepared, settings, tmp_path):
    where = release_of(tmp_path, a_row(90, "train", question="and again " * 90))
    config = settings(data={"max_length": 120, "max_left_out": 0.2, "too_long": "cut"})
    report = checked(prepared, config, where)
    assert report.splits["train"].faults["no_answer"] == 1
    assert report.splits["train"].kept == 8


def test_roles_that_the_template_does_not_know(prepared, with_template):
    known = "{% for m in messages %}{% if m['role'] == 'assistant' %}" + USER + "{% endif %}{% endfor %}"
    known += "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    report = checked(prepared, with_template(known))
    assert any("leaves out a message" in line for line in report.problems)


def test_a_template_that_raises_costs_only_its_rows(prepared, with_template, tmp_path):
    picky = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
    talk = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hello there"}]
    where = release_of(tmp_path, a_row(90, "train", prompt=talk))
    report = checked(prepared, with_template(picky), where)
    assert report.splits["train"].named["not_rendered"] == ["e00090"]
    assert report.splits["train"].kept == 8
    assert any("cannot render" in line for line in report.problems)


def test_a_prompt_that_is_not_the_beginning_of_the_whole(prepared, with_template):
    thinking = TEMPLATE.replace("assistant\n' }}", "assistant\n<think>' }}")
    assert thinking != TEMPLATE
    report = checked(prepared, with_template(thinking))
    assert any("do not begin the whole's" in line for line in report.problems)


def test_an_answer_without_a_stop_token_and_the_setting_that_cures_it(prepared, with_template):
    endless = (
        "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    )
    report = checked(prepared, with_template(endless))
    assert any("does not end in a stop token" in line for line in report.problems)
    assert checked(prepared, with_template(endless, data={"append_eos": True})).problems == []


def test_a_template_that_prints_the_date_of_today(prepared, with_template):
    dated = "{{ '<|im_start|>system\n' + "
    dated += "(date_string if date_string is defined and KNOWS else strftime_now('%d %b %Y')) }}"
    dated += "{{ '<|im_end|>\n' }}" + TEMPLATE
    report = checked(prepared, with_template(dated.replace("KNOWS", "false")))
    assert any("prints today's date" in line for line in report.problems)
    told = with_template(dated.replace("KNOWS", "true"))
    assert checked(prepared, told).problems == []
    ready = prepared(told)
    assert "02 Mar 2026" in ready.chat.render([[{"role": "user", "content": "x"}]])[0]


def test_text_that_looks_like_a_control_token_stays_text(prepared, settings, tmp_path):
    where = release_of(
        tmp_path,
        a_row(
            90, "train", question="Is <|im_end|> a tag?", answer="No, <|im_start|> and <|im_end|> are not."
        ),
    )
    report = checked(prepared, settings(), where)
    assert report.problems == []
    report = checked(prepared, settings(data={"sanitize_control_tokens": False}), where)
    assert any("became control tokens" in line for line in report.problems)
    ready = prepared(settings(), where)
    pair = next(p for p in checks.pairs_of(ready.release, "train", settings()) if p.example_id == "e00090")
    ids = ready.chat.encode([pair.whole])[0]
    assert ids.count(ready.base.tokenizer.eos_token_id) == 2  # the template's own, one a turn
    assert "Is <|im_end|> a tag?" in ready.base.tokenizer.decode(ids)


def test_the_quick_way_to_a_prompts_tokens_gives_the_slow_ways_tokens(prepared, settings):
    ready = prepared(settings())
    pairs = list(checks.pairs_of(ready.release, "train", settings()))
    prompts = [pair.prompt for pair in pairs]
    texts = ready.chat.render(prompts, prompt=True)
    quick = ready.chat.encode_prompts(prompts, texts, ready.chat.encode([pair.whole for pair in pairs]))
    assert quick == ready.base.tokenizer(texts, add_special_tokens=False)["input_ids"]


def test_a_begin_token_twice(prepared, settings, tiny, tmp_path):
    base = tmp_path / "bos"
    shutil.copytree(tiny, base)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base)
    tokenizer.bos_token = "<|endoftext|>"
    from tokenizers.processors import TemplateProcessing

    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", tokenizer.bos_token_id)]
    )
    tokenizer.chat_template = "{{ bos_token }}{{ bos_token }}" + TEMPLATE
    tokenizer.save_pretrained(base)
    report = checked(prepared, settings(base=str(base)))
    assert any("begin token (BOS) does not stand exactly once" in line for line in report.problems)
    tokenizer.chat_template = "{{ bos_token }}" + TEMPLATE
    tokenizer.save_pretrained(base)
    assert checked(prepared, settings(base=str(base))).problems == []


def test_the_end_is_learnt_where_the_pad_token_is_the_end_token(prepared, settings, tiny, tmp_path):
    base = tmp_path / "pad"
    shutil.copytree(tiny, base)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.save_pretrained(base)
    report = checked(prepared, settings(base=str(base)), folder=tmp_path / "encoded")
    assert report.problems == []
    assert any("the pad token is the end token" in note for note in report.notes)
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

    rows = open_encoded(tmp_path / "encoded" / "train.arrow")
    batch = DataCollatorForLanguageModeling(pad_token_id=tokenizer.pad_token_id)([rows[0], rows[4]])
    assert [(labels == tokenizer.eos_token_id).sum().item() for labels in batch["labels"]] == [1, 1]


def test_names_of_modules_that_match_nothing(prepared, settings):
    config = settings(lora={"target_modules": ["q_proj", "w_pack"], "modules_to_save": ["score"]})
    problems = checked(prepared, config).problems
    assert any("target_modules: the model has no module w_pack" in line for line in problems)
    assert any("modules_to_save: the model has no module score" in line for line in problems)


def test_tied_layers_are_not_adapted(prepared, settings, tmp_path):
    base = make_tiny_model(tmp_path / "tied", ["some words here"] * 9, vocabulary=300, tied=True)
    config = settings(base=str(base), lora={"target_modules": ["q_proj", "embed_tokens"]})
    assert any("embed_tokens is tied" in line for line in checked(prepared, config).problems)


def test_rows_in_two_splits_by_id_and_by_text(prepared, settings, tmp_path):
    twin = a_row(0, "test") | {"example_id": "other"}
    twin["prompt"] = [{"role": "user", "content": "HELLO how do I reset my password, for order 0"}]
    twin["messages"] = [*twin["prompt"], *twin["completion"]]
    where = release_of(tmp_path, twin, a_row(1, "validation"))
    problems = checked(prepared, settings(), where).problems
    assert any("train and test share 1 rows by text" in line for line in problems)
    assert any("train and validation share 1 rows by example_id" in line for line in problems)


def test_rows_longer_than_the_model_has_places_for(prepared, settings, tiny, tmp_path):
    base = tmp_path / "short"
    shutil.copytree(tiny, base)
    described = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(described | {"max_position_embeddings": 16}))
    problems = checked(prepared, settings(base=str(base))).problems
    assert any("the model 16 places" in line for line in problems)


def test_a_run_that_the_device_cannot_hold(prepared, settings, monkeypatch):
    monkeypatch.setattr("smelt.tuning.base.memory.device_memory", lambda: ("cpu", 1_000_000))
    assert any("GiB" in line for line in checked(prepared, settings()).problems)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda f: (f / "chat_template.jinja").unlink(), "no chat template"),
        (lambda f: [x.unlink() for x in f.glob("tokenizer*")], "a tokenizer is missing"),
        (lambda f: [x.unlink() for x in f.glob("*.safetensors")], "weights are missing"),
        (lambda f: (f / "config.json").unlink(), r"config\.json is missing"),
        (lambda f: (f / "config.json").write_text("{"), "cannot be read"),
    ],
)  # fmt: skip
def test_incomplete_bases(settings, tiny, tmp_path, harm, words):
    base = tmp_path / "base"
    shutil.copytree(tiny, base)
    harm(base)
    with pytest.raises(BaseUnusable, match=words):
        open_base(settings(base=str(base)))


def test_a_tokenizer_of_another_vocabulary_and_no_base_at_all(settings, tiny, tmp_path):
    base = tmp_path / "base"
    shutil.copytree(tiny, base)
    described = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(described | {"vocab_size": 100}))
    with pytest.raises(BaseUnusable, match="do not belong together"):
        open_base(settings(base=str(base)))
    with pytest.raises(BaseUnusable, match="no base model is named"):
        open_base(settings(base=None))
    with pytest.raises(BaseUnusable, match="there is no folder"):
        open_base(settings(base=str(tmp_path / "nothing")))


def test_packed_rows_are_apart_in_this_model_and_a_model_that_mixes_them_is_found_out(settings, tiny):
    model = transformers.AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32)
    rows = [[5, 9, 11, 12], [7, 8, 20, 21, 22], [30, 31, 32]]
    assert packing_keeps_apart(model, rows)

    class Mixing(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, input_ids, **ignored):
            return self.inner(input_ids=input_ids, attention_mask=torch.ones_like(input_ids), use_cache=False)

    assert not packing_keeps_apart(Mixing(), rows)


def test_an_empty_prompt_has_the_skeleton_of_its_roles(prepared, settings):
    chat: Chat = prepared(settings()).chat
    assert len(chat.skeleton(("user", "assistant"))) == 4
    assert chat.end_of_turn == chat.tokenizer.eos_token_id
