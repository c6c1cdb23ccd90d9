"""Makes a tiny random Llama-style model, with a tokenizer trained on a release, for trials without real weights.

``python -m smelt.tuning.base.tiny FOLDER --release RELEASE --conf FILE``. Untrained, it is useless; it serves to show
that the workflow runs and what training changes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from smelt.tuning.base.libraries import library, quiet

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""ChatML, as in Qwen's models."""

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def make_tiny_model(
    folder: Path,
    texts: Iterable[str],
    *,
    vocabulary: int = 2_000,
    hidden: int = 64,
    layers: int = 2,
    seed: int = 17,
    template: str | None = TEMPLATE,
    tied: bool = False,
) -> Path:
    """Write model, tokenizer, template and generation configuration to ``folder``; deterministic for the same input."""
    tokenizers, transformers, torch = library("tokenizers"), library("transformers"), library("torch")
    quiet()
    pieces = tokenizers.Tokenizer(tokenizers.models.BPE())
    pieces.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    pieces.train_from_iterator(texts, trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>"]})
    tokenizer.chat_template = template
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=hidden * 2,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4_096,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=tied,
    )
    model = transformers.LlamaForCausalLM(config)
    model.generation_config = transformers.GenerationConfig(
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def main() -> None:
    """The command line."""
    from smelt.tables.location import TablePlaces
    from smelt.tuning.config import DataConfig
    from smelt.tuning.source.release import open_release

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--release", default="latest")
    parser.add_argument("--warehouse", default="warehouse")
    parser.add_argument("--vocabulary", type=int, default=2_000)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--layers", type=int, default=2)
    given = parser.parse_args()
    release = open_release(given.release, TablePlaces(root=given.warehouse), DataConfig())
    rows = release.read("train", ["messages"])
    texts = (message["content"] for row in rows for message in row["messages"])
    made = make_tiny_model(
        given.folder, texts, vocabulary=given.vocabulary, hidden=given.hidden, layers=given.layers
    )
    print(f"a tiny random model is in {made}")


if __name__ == "__main__":
    main()
