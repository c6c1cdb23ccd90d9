"""The model card: README.md with the YAML block for Hugging Face tools, then text for people."""

from __future__ import annotations

from typing import Any

import yaml


def model_card(about: dict[str, Any], record: dict[str, Any], evaluation: dict[str, Any] | None) -> str:
    """The text of README.md of a handed-over model."""
    front = {
        "base_model": about["base"]["name"],
        "library_name": "peft" if record["weights"] == "lora" else "transformers",
        "pipeline_tag": "text-generation",
        "tags": ["smelt", about["approach"], f"fingerprint:{about['release']['fingerprint']}"],
        "license": "other",
        "license_name": "internal",
    }
    proof, data = about["proof"], about["release"]
    losses = record["validation"]
    lines = [
        f"# {about['run']}",
        "",
        f"Trained by smelt {record['versions']['smelt']} with the approach {about['approach']} on release"
        f" `{data['release']}` (fingerprint `{data['fingerprint']}`), over {about['base']['name']}"
        f" (digest `{about['base']['digest']}`).",
        "",
        "## What it gained",
        "",
    ]
    if losses["after"]:
        before, after = losses["before"]["eval_loss"], losses["after"]["eval_loss"]
        lines += [f"Validation loss a token: {after:.4f}, before training {before:.4f}.", ""]
    lines += _scores(evaluation)
    lines += [
        "## Use",
        "",
        "```python",
        "from peft import AutoPeftModelForCausalLM  # or transformers.AutoModelForCausalLM for a whole model",
        "from transformers import AutoTokenizer, GenerationConfig",
        "",
        'model = AutoPeftModelForCausalLM.from_pretrained(".", dtype="float32")',
        'tokenizer = AutoTokenizer.from_pretrained(".")',
        'settings = GenerationConfig.from_pretrained(".")  # its stop tokens: without them answers go on and on',
        "```",
        "",
        "Merge in float32: bfloat16 rounds a part of a small adapter away.",
        "",
        "## Proof",
        "",
        f"Loaded by another process, the last logits of {proof['answers']} prompts differed by at most"
        f" {proof['logits_differ_by']:.2g}; {proof['answers_that_stopped']} of {proof['answers']} answers ended"
        " by themselves.",
        "",
        "## Personal data",
        "",
        _privacy(evaluation),
        "",
        "manifest.json says what the release was made of, run.json how this model was trained.",
    ]
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n\n" + "\n".join(lines) + "\n"


def _scores(evaluation: dict[str, Any] | None) -> list[str]:
    if evaluation is None:
        return ["It was not evaluated.", ""]
    names = list(evaluation["systems"])
    lines = [
        f"On {evaluation['rows']} test rows, with 95 % intervals over groups:",
        "",
        "| score | " + " | ".join(names) + " |",
        "| --- |" + " --- |" * len(names),
    ]
    for score in ("exact", "token_f1", "rouge_l", "bleu", "chrf"):
        cells = [evaluation["systems"][name]["scores"][score] for name in names]
        lines.append(f"| {score} | " + " | ".join(f"{c['mean']:.3f} ({_range(c)})" for c in cells) + " |")
    return [*lines, ""]


def _range(cell: dict[str, Any]) -> str:
    low, high = cell["low"], cell["high"]
    return f"{low:.3f} to {high:.3f}" if low is not None and high is not None else "unknown"


def _privacy(evaluation: dict[str, Any] | None) -> str:
    if evaluation is None:
        return "Its answers were not scanned."
    found = evaluation["privacy"]
    if not found["spans"]:
        return f"The release's scan found nothing in {found['rows']} generated answers."
    counted = ", ".join(f"{name} {count}" for name, count in sorted(found["spans"].items()))
    return f"The release's scan found in {found['rows']} generated answers: {counted}."
