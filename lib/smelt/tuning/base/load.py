"""Loads a base model, with or without an adapter, in the same way for all commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from smelt.tuning.base.libraries import library
from smelt.tuning.base.model_folder import Base
from smelt.tuning.config import TuningConfig
from smelt.tuning.errors import TuningError


def uses_bfloat16(config: TuningConfig) -> bool:
    """Whether to compute in bfloat16: as configured, or with ``auto`` if a GPU supports it."""
    torch = library("torch")
    if config.train.precision == "auto":
        return bool(torch.cuda.is_available() and torch.cuda.is_bf16_supported())
    return config.train.precision == "bfloat16"


def load_base(base: Base, config: TuningConfig, *, for_training: bool = False) -> Any:
    """Load the base model on its device, in 32 bit for full training and else as :func:`uses_bfloat16` says.

    Not run on a GPU so far: bfloat16 weights, 4-bit weights.
    """
    torch, transformers = library("torch"), library("transformers")
    full = for_training and config.weights == "full"
    dtype = torch.bfloat16 if uses_bfloat16(config) and not full else torch.float32
    options: dict[str, Any] = {"dtype": dtype, "trust_remote_code": False}
    if for_training and config.weights == "lora" and config.lora.four_bit:
        options["quantization_config"] = _four_bit()
        options["device_map"] = {"": _process_index()}
    try:
        model = transformers.AutoModelForCausalLM.from_pretrained(base.folder, **options)
    except (OSError, ValueError, RuntimeError) as error:
        raise TuningError(f"{base.name} cannot be loaded: {type(error).__name__}") from None
    model.config.use_cache = False
    if torch.cuda.is_available() and "device_map" not in options and not for_training:
        model = model.to("cuda")
    return model


def _process_index() -> int:
    return int(library("accelerate").PartialState().local_process_index)


def _four_bit() -> Any:
    """NF4 with double quantisation (Dettmers et al. 2023, QLoRA)."""
    torch, transformers = library("torch"), library("transformers")
    library("bitsandbytes")
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def skeleton(base: Base) -> Any:
    """The model without weights (meta device), for its names, shapes and ties."""
    torch, transformers = library("torch"), library("transformers")
    with torch.device("meta"):
        return transformers.AutoModelForCausalLM.from_config(base.config, trust_remote_code=False)


def lora_config(config: TuningConfig) -> Any:
    """PEFT's configuration of the adapter."""
    peft = library("peft")
    chosen = config.lora
    targets = chosen.target_modules
    return peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=chosen.r,
        lora_alpha=chosen.alpha,
        lora_dropout=chosen.dropout,
        target_modules=targets if isinstance(targets, str) else list(targets),
        modules_to_save=list(chosen.modules_to_save) or None,
        use_rslora=chosen.rslora,
        use_dora=chosen.dora,
    )


def linear_modules(model: Any) -> list[str]:
    """Full names of the layers meant by ``all-linear``: all linear layers but the output layer."""
    torch = library("torch")
    output = model.get_output_embeddings()
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not output
    ]


def matches(name: str, targets: Iterable[str]) -> list[str]:
    """Those of ``targets`` that match the module ``name`` by PEFT's rule: equal, or a suffix after a dot."""
    return [target for target in targets if name == target or name.endswith(f".{target}")]


def trained_parameters(model: Any, config: TuningConfig) -> int:
    """Number of trained parameters: all, or r (in + out) per adapted linear layer."""
    torch = library("torch")
    if config.weights == "full":
        return sum(parameter.numel() for parameter in model.parameters())
    targets = config.lora.target_modules
    linear = set(linear_modules(model))
    total = 0
    for name, module in model.named_modules():
        chosen = name in linear if isinstance(targets, str) else bool(matches(name, targets))
        if chosen and isinstance(module, torch.nn.Linear):
            total += config.lora.r * (module.in_features + module.out_features)
        if matches(name, config.lora.modules_to_save):
            total += sum(parameter.numel() for parameter in module.parameters())
    return total


def load_trained(base: Base, folder: Path, config: TuningConfig) -> Any:
    """Load a run's model from ``folder``: its adapter on ``base``, or the whole model."""
    transformers = library("transformers")
    torch = library("torch")
    try:
        if (folder / "adapter_config.json").is_file():
            model = library("peft").PeftModel.from_pretrained(load_base(base, config), str(folder))
        else:
            dtype = torch.bfloat16 if uses_bfloat16(config) else torch.float32
            model = transformers.AutoModelForCausalLM.from_pretrained(
                folder, dtype=dtype, trust_remote_code=False
            )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise TuningError(f"the weights in {folder} cannot be loaded: {type(error).__name__}") from None
    model.eval()
    return model.to("cuda") if torch.cuda.is_available() else model
