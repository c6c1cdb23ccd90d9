"""The evaluation framework over a trained tiny model, the base, the few-shot prompt and the last adapter."""

from __future__ import annotations

import json
import math
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from smelt.pii.config import PiiConfig
from smelt.tuning.answers.few_shot import Example, ExampleBank, few_shot_prompt
from smelt.tuning.answers.generate import ModelAnswerer
from smelt.tuning.base.load import load_base, load_trained
from smelt.tuning.config import PromptConfig
from smelt.tuning.errors import CheckpointMismatch, ReleaseUnusable, TuningError
from smelt.tuning.evaluation import memorisation
from smelt.tuning.evaluation.framework import evaluate, write_report
from smelt.tuning.evaluation.memorisation import canaries, planted
from smelt.tuning.training.run import train
from tests.tuning.releases import rows_of, write_release


def run_of(prepared, config, extra=(), where=None):
    ready = prepared(config, where)
    return ready, train(ready.release, ready.base, ready.chat, config, extra=extra)


def test_the_whole_framework(prepared, settings, tmp_path):
    config = settings(
        approach="full",
        train={"max_steps": 60},
        evaluation={"rows": 8, "resamples": 200, "category_answers": 20},
    )
    ready, run = run_of(prepared, config)
    report = evaluate(ready, run.weights, PiiConfig(), previous=run.weights, out=tmp_path / "report")
    assert json.loads((tmp_path / "report" / "evaluation.json").read_text())["rows"] == 8
    write_report(run.folder, report)
    scores = json.loads((run.folder / "run.json").read_text())["scores"]
    assert scores["candidate"]["token_f1"] == report["systems"]["candidate"]["scores"]["token_f1"]
    assert scores["base"]["loss"] == report["systems"]["base"]["loss"]
    assert set(report["systems"]) == {"candidate", "base", "few_shot", "previous"}
    assert report["task"] == "category"  # nine answers, each several times
    candidate, base = report["systems"]["candidate"], report["systems"]["base"]
    assert candidate["loss"]["mean"] < base["loss"]["mean"]
    assert candidate["perplexity"] == pytest.approx(math.exp(candidate["loss"]["mean"]))
    assert candidate["scores"]["token_f1"]["mean"] > base["scores"]["token_f1"]["mean"]
    assert report["candidate_against"]["base"]["loss"]["sure"]
    assert report["candidate_against"]["previous"]["token_f1"]["mean"] == 0
    assert set(candidate["by_category"]) <= {"account", "billing", "shipping"}
    assert set(candidate["classification"]) >= {"accuracy", "precision", "recall", "f1"}
    assert "sacrebleu" not in candidate["corpus_bleu"]["signature"]
    assert "tok:none" in candidate["corpus_bleu"]["signature"]
    assert report["intrinsic"]["size"] == 48
    assert report["intrinsic"]["balance"] == pytest.approx(1.0)
    assert report["privacy"]["rows"] == 8


def test_the_few_shot_prompt_is_evaluated_without_any_training(prepared, settings):
    config = settings(
        approach="prompt", evaluation={"rows": 3, "resamples": 100}, generation={"max_new_tokens": 8}
    )
    report = evaluate(prepared(config), None, PiiConfig())
    assert set(report["systems"]) == {"candidate", "base"}


def test_weights_of_another_template_are_refused(prepared, settings, tmp_path):
    config = settings(train={"max_steps": 1})
    _, run = run_of(prepared, config)
    from smelt.tuning.base.tiny import TEMPLATE

    file = tmp_path / "t.jinja"
    file.write_text("{# another #}" + TEMPLATE)
    with pytest.raises(CheckpointMismatch, match="another chat template"):
        evaluate(prepared(config.model_copy(update={"chat_template": str(file)})), run.weights, PiiConfig())


def test_a_release_of_one_category_has_no_balance_and_no_coverage_to_speak_of(prepared, settings, tmp_path):
    where = write_release(tmp_path / "w", rows_of(16, 2, 4, category="account"))
    config = settings(
        approach="prompt", evaluation={"rows": 3, "resamples": 100, "compare": []}, generation={"max_new_tokens": 2}
    )  # fmt: skip
    report = evaluate(prepared(config, where), None, PiiConfig())
    assert report["intrinsic"]["balance"] == 0
    assert report["intrinsic"]["bias"]["top_category_share"] == 1
    assert list(report["systems"]["candidate"]["by_category"]) == ["account"]


def test_a_release_without_test_rows(prepared, settings, tmp_path):
    where = write_release(tmp_path / "w", rows_of(8, 4, 0))
    with pytest.raises(ReleaseUnusable, match="no test rows"):
        evaluate(prepared(settings(), where), None, PiiConfig())


def test_canaries_that_were_planted_often_are_found_and_others_are_not(prepared, settings):
    config = settings(
        approach="full",
        train={"max_steps": 120, "batch_size": 4},
        evaluation={"canaries": 2, "canary_repeats": 16},
    )
    ready = prepared(config)
    found = canaries(ready.release.fingerprint, config.evaluation)
    _, run = run_of(prepared, config, planted(found, config.evaluation))
    model = load_trained(ready.base, run.weights, config)
    answerer = ModelAnswerer(model, ready.chat, config.generation)
    from smelt.tuning.evaluation.framework import _memorised

    learnt = _memorised(ready, model, answerer)
    fresh = load_base(ready.base, config)
    clean = _memorised(ready, fresh, ModelAnswerer(fresh, ready.chat, config.generation))
    assert learnt["said"] > 0
    assert learnt["exposure_mean"] > clean["exposure_mean"]
    assert clean["said"] == 0


def test_answers_do_not_depend_on_the_batch(prepared, settings):
    config = settings(train={"max_steps": 4}, generation={"max_new_tokens": 6})
    ready = prepared(config)
    model = load_base(ready.base, config)
    prompts = [[{"role": "user", "content": "word " * n}] for n in (1, 9, 3, 30)]
    answers = [
        ModelAnswerer(model, ready.chat, config.generation.model_copy(update={"batch_size": n})).answer(
            prompts
        )
        for n in (1, 4)
    ]
    assert answers[0] == answers[1]


EXAMPLES = [Example(f"{n}", f"question {n} {c}", f"answer {n}", c) for c in ("a", "b") for n in range(9)]


def test_examples_are_of_the_category_or_similar_and_keep_to_the_budget(prepared, settings):
    bank = ExampleBank(EXAMPLES, PromptConfig(examples=5))
    assert {each.category for each in bank.choose("x", "a")} == {"a"}
    assert len(bank.choose("x", "a")) == 5
    assert len(bank.choose("x", "unknown")) == 10
    near = ExampleBank(EXAMPLES, PromptConfig(examples=2, choose="similar")).choose(
        "tell me of question 7 b", None
    )
    assert near[-1].question == "question 7 b"
    config = PromptConfig(context_tokens=120)
    chat = prepared(settings()).chat
    prompt = few_shot_prompt("what?", bank.choose("x", "a"), config, chat)
    assert len(chat.encode([prompt], prompt=True)[0]) <= 120
    assert prompt[0]["content"].startswith(
        "You are a business assistant. Answer questions based on these examples"
    )
    assert prompt[0]["content"].endswith("Question: what?\nAnswer:")
    long = few_shot_prompt("what is it? " * 200, bank.choose("x", "a"), config, chat)
    assert 100 < len(chat.encode([long], prompt=True)[0]) <= 120  # its end went
    assert len(few_shot_prompt("what is it? " * 200, [], config, None)[0]["content"]) <= 4 * 120
    with pytest.raises(TuningError, match="no room for the introduction"):
        few_shot_prompt("what?", [], PromptConfig(context_tokens=32, introduction="word " * 60), chat)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions"
        reply = {
            "choices": [{"message": {"content": f"to {len(asked['messages'])}"}, "finish_reason": "stop"}],
            "usage": {"completion_tokens": 2},
        }
        body = json.dumps(reply).encode() if asked["model"] == "good" else b"no json"
        self.send_response(200 if asked["model"] != "refused" else 429)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    found = HTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}/v1"
    found.shutdown()


def test_an_openai_compatible_server_answers_the_few_shot_prompt(prepared, settings, server):
    config = settings(
        approach="prompt", prompt={"server": {"url": server, "model": "good"}},
        evaluation={"rows": 3, "resamples": 100},
    )  # fmt: skip
    report = evaluate(prepared(config), None, PiiConfig())
    assert report["systems"]["candidate"]["collapse"]["unstopped_share"] == 0


@pytest.mark.parametrize(("model", "words"), [("bad", "JSONDecodeError"), ("refused", "429")])
def test_a_server_that_gives_no_answer(prepared, settings, server, model, words):
    from smelt.tuning.answers.server import ServerAnswerer

    config = settings(prompt={"server": {"url": server, "model": model}})
    with pytest.raises(TuningError, match=words) as told:
        ServerAnswerer(config.prompt.server, config.generation).answer(
            [[{"role": "user", "content": "private"}]]
        )
    assert "private" not in str(told.value)


def test_generated_personal_data_is_found_by_the_releases_own_gate():
    from smelt.tuning.answers.generate import Answer

    clean = memorisation.residual_scan([Answer("Open the settings.", True, 4)], PiiConfig())
    dirty = memorisation.residual_scan([Answer("Write to jane.roe@example.com", True, 4)] * 3, PiiConfig())
    assert clean["spans"] == {}
    assert dirty["spans"]["EMAIL"] == 3
