"""Answers one question with a handed-over model, or with the few-shot prompt."""

from __future__ import annotations

from pathlib import Path

from smelt.tuning.answers.generate import Answer, ModelAnswerer
from smelt.tuning.answers.server import ServerAnswerer
from smelt.tuning.base.libraries import library, quiet
from smelt.tuning.base.load import load_base, load_trained
from smelt.tuning.base.model_folder import open_base
from smelt.tuning.config import TuningConfig
from smelt.tuning.encoding.chat import Chat
from smelt.tuning.encoding.instructions import kind_asked, worded
from smelt.tuning.errors import CheckpointMismatch
from smelt.tuning.evaluation.framework import few_shot_answerer
from smelt.tuning.handover.folder import check_digest
from smelt.tuning.prepare import Prepared


def predict(folder: Path, question: str, config: TuningConfig, *, system: str | None = None) -> Answer:
    """The answer of the model in ``folder``, whose files and base are checked first.

    The base is ``tuning.base`` if set, else the base named in the folder. Raises TuningError for changed files,
    CheckpointMismatch for another base or template.
    """
    about = check_digest(folder)
    library("transformers")
    quiet()
    base = open_base(config if config.base else config.model_copy(update={"base": about["base"]["name"]}))
    if base.digest != about["base"]["digest"]:
        raise CheckpointMismatch(
            f"{folder} cannot be used", [f"it was trained on another base than {base.name}"]
        )
    chat = Chat(
        base.tokenizer,
        date=about["date"],
        stop_ids=about["stop_ids"],
        sanitize=config.data.sanitize_control_tokens,
    )
    if chat.template_hash != about["template_hash"]:
        raise CheckpointMismatch(f"{folder} cannot be used", ["the base's chat template is another one now"])
    model = load_trained(base, folder, config)
    asked = worded(question, "", kind_asked(question)) if about["approach"] == "instruction" else question
    prompt = [{"role": "user", "content": asked}]
    if system:
        prompt.insert(0, {"role": "system", "content": system})
    return ModelAnswerer(model, chat, config.generation).answer([prompt])[0]


def predict_few_shot(ready: Prepared, question: str, category: str | None = None) -> Answer:
    """The answer with few-shot examples of the release, by the configured server or else the base."""
    config = ready.config
    inner = (
        ServerAnswerer(config.prompt.server, config.generation)
        if config.prompt.server.url
        else ModelAnswerer(load_base(ready.base, config), ready.chat, config.generation)
    )
    return few_shot_answerer(ready, inner).answer_questions([question], [category])[0]
