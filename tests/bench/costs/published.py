"""Published training runs beside their estimate: ``python -m tests.bench.costs.published``.

PEFT's comparison on MetaMathQA (huggingface/peft 0a179c1, method_comparison/MetaMathQA/results) gives the seconds of
all steps, of each evaluation and of the whole, on one L40S; NVIDIA's table (NVIDIA-NeMo/Automodel 2861c41,
docs/performance-summary.mdx) the seconds of a step on one H100 (32 rows of 4,096 tokens, two at a time) and nothing
else: nothing is loaded, evaluated or saved in it.

None of the three decides on an assumption of its own estimate. The utilisation is that of another row of NVIDIA's table
(Qwen 2.5 7B), the price of a generated token PyTorch's (:class:`smelt.costs.config.UtilisationConfig`), and what passes
between two steps in PEFT's script, which collects garbage there, was read off a fourth run of the same comparison: VeRA
(the 4,750 steps after its first evaluation took 1,652 s, 613 of them in steps and 189 in evaluations).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from smelt.costs.config import CostsConfig
from smelt.costs.hardware import Method
from smelt.costs.whole_run import WholeRun, whole_run

BETWEEN_STEPS_OF_VERA = 0.179
PEFT: dict[str, Any] = {
    "tokens_per_step": 4_198_051 / 5_000,
    "between_steps_s": BETWEEN_STEPS_OF_VERA,
    "tokens_in": 150,
    "tokens_out": 300,  # max_new_tokens: a batch ends with its longest answer
    "evaluated": 20 * 50 + 1_319,  # twenty times 50 questions of validation, then GSM8K's test set
    "evaluated_at_once": 50,
}


class Published(NamedTuple):
    """A run: what it was, and the seconds that were published."""

    name: str
    accelerator: str
    method: Method
    parameters: float
    tokens: float
    workload: dict[str, Any]
    steps: float
    whole: float

    def estimate(self) -> WholeRun:
        """As ``smelt costs estimate`` makes it."""
        config = CostsConfig.model_validate({"accelerator": self.accelerator, "workload": self.workload})
        return whole_run(self.method, self.parameters, self.tokens, config)


RUNS = (
    Published(
        "LoRA r 32 of Llama 3.2 3B, L40S (PEFT)", "L40S", "lora", 3.2127e9, 4_198_051, PEFT, 619.3, 1_993.5
    ),
    Published(
        "all weights of Llama 3.2 3B, L40S (PEFT)", "L40S", "full", 3.2127e9, 4_198_051, PEFT, 1_812.7, 3_275.0
    ),
    Published(
        "LoRA of Llama 3 8B, H100, 1,000 steps (NVIDIA)", "H100", "lora", 8.03e9, 32 * 4_096 * 1_000,
        {"tokens_per_step": 2 * 4_096, "evaluated": 0, "disk_gb_per_s": 1e9},
        10_510, 10_510,
    ),
)  # fmt: skip


def main() -> None:
    """Print the table of docs/benchmarks.md."""
    columns = ("run", "steps (published)", "between", "evaluation", "loading, saving", "whole", "published")
    print(f"| {' | '.join(columns)} | estimated / published |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for run in RUNS:
        made = run.estimate()
        parts = (made.between, made.evaluating, made.moving, made.hours * 3_600, run.whole)
        shown = " | ".join(f"{seconds:,.0f}" for seconds in parts)
        print(
            f"| {run.name} | {made.steps:,.0f} ({run.steps:,.0f}) | {shown} | {made.hours * 3_600 / run.whole:.2f} |"
        )


if __name__ == "__main__":
    main()
