"""Verifies a handed-over folder in its own process, loaded as a user would; prints one line of JSON.

``python -m smelt.tuning.handover.verify FOLDER --base BASE --expected FILE.npz``
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from smelt.tuning.base.libraries import library, quiet

TOLERANCE = {"float32": 1e-4, "bfloat16": 0.125}
"""Largest difference of a logit, from rounding in another order of summation; bfloat16 has 8 bits of precision."""

MERGED_TOLERANCE = 1e-3
FORCED_AT = 3


def verify(folder: Path, base: Path, expected: Path) -> dict[str, Any]:
    """Differences of logits and merged logits, and whether the folder's own settings end answers at the stop token."""
    torch = library("torch")
    with np.load(expected) as held:
        ends = np.cumsum(held["lengths"])
        ids = [part.tolist() for part in np.split(held["ids"], ends[:-1])]
        wanted = held["logits"]
    model, is_adapter = load_folder(folder, base)
    kind = str(next(model.parameters()).dtype).removeprefix("torch.")
    far = _largest_difference(torch, model, ids, wanted)
    problems = []
    if far > TOLERANCE.get(kind, 1e-4):
        problems.append(f"logits differ by {far:.2g}")
    stops = _ends_at_stop(model, ids[0])
    if not stops:
        problems.append("its generation settings do not end an answer at the token that rows end with")
    own = sum(_stops_itself(model, one) for one in ids)
    merged = None
    if is_adapter:
        merged = _largest_difference(torch, model.float().merge_and_unload(), ids, wanted)
        if merged > max(MERGED_TOLERANCE, TOLERANCE.get(kind, 0) if kind != "float32" else 0):
            problems.append(f"merged, logits differ by {merged:.2g}")
    return {
        "logits_differ_by": far,
        "merged_logits_differ_by": merged,
        "ends_at_stop_token": stops,
        "answers_that_stopped": own,
        "answers": len(ids),
        "problems": problems,
    }


def load_folder(folder: Path, base: Path) -> tuple[Any, bool]:
    """The model, loaded with the libraries' public functions only, and whether it is an adapter."""
    torch, transformers = library("torch"), library("transformers")
    gpu = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    dtype = torch.bfloat16 if gpu else torch.float32
    is_adapter = (folder / "adapter_config.json").is_file()
    place = base if is_adapter else folder
    model = transformers.AutoModelForCausalLM.from_pretrained(place, dtype=dtype, trust_remote_code=False)
    if is_adapter:
        model = library("peft").PeftModel.from_pretrained(model, str(folder))
    settings = transformers.GenerationConfig.from_pretrained(folder)
    (model.get_base_model() if is_adapter else model).generation_config = settings
    model.generation_config = settings
    return model.eval(), is_adapter


def _largest_difference(torch: Any, model: Any, ids: list[list[int]], wanted: Any) -> float:
    device = next(model.parameters()).device
    with torch.no_grad():
        found = [
            model(input_ids=torch.tensor([one], device=device), use_cache=False)
            .logits[0, -1]
            .float()
            .cpu()
            .numpy()
            for one in ids
        ]
    return float(np.abs(np.stack(found) - wanted).max())


def _ends_at_stop(model: Any, ids: list[int]) -> bool:
    """Whether generation ends at a stop token, which is forced at position FORCED_AT."""
    torch, transformers = library("torch"), library("transformers")
    processor: Any = transformers.LogitsProcessor
    stops = model.generation_config.eos_token_id
    token = stops[0] if isinstance(stops, list) else stops
    length = len(ids) + FORCED_AT

    class Force(processor):  # type: ignore[misc]
        def __call__(self, so_far: Any, scores: Any) -> Any:
            scores[:, token] = float("-inf") if so_far.shape[1] < length - 1 else float("inf")
            return scores

    with torch.no_grad():
        whole = model.generate(
            input_ids=torch.tensor([ids]),
            attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            logits_processor=transformers.LogitsProcessorList([Force()]),
            max_new_tokens=FORCED_AT + 5,
        )
    return bool(whole.shape[1] <= length)


def _stops_itself(model: Any, ids: list[int]) -> bool:
    torch = library("torch")
    stops = model.generation_config.eos_token_id
    with torch.no_grad():
        whole = model.generate(
            input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long)
        )
    return int(whole[0, -1]) in (stops if isinstance(stops, list) else [stops])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--expected", type=Path, required=True)
    given = parser.parse_args()
    library("transformers")
    quiet()
    print(json.dumps(verify(given.folder, given.base, given.expected)))


if __name__ == "__main__":
    main()
