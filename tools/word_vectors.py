"""Build ``word_vectors.npz``: a vector a word, distilled from a sentence encoder.

Each word of the vocabulary is encoded alone and the vectors are reduced by principal components, the
recipe of Model2Vec (Tulkens and van Dongen 2024, https://github.com/MinishLab/model2vec). The teacher is
all-MiniLM-L6-v2 (Apache-2.0, Wang et al. 2020, arXiv:2002.10957). The encoder is small enough to run
in numpy, so that this script needs no deep-learning framework::

    pip install tokenizers safetensors
    python tools/word_vectors.py FOLDER_OF_THE_MODEL lib/smelt/quality/english/word_vectors.npz
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
DICTIONARY_WORDS = 40_000
DIMENSIONS = 64


def vocabulary(model: Path, dictionary: Path) -> list[str]:
    """The most frequent words of symspellpy's dictionary, and the whole words of the teacher's own."""
    frequent = [line.split()[0] for line in dictionary.read_text("utf-8-sig").splitlines()[:DICTIONARY_WORDS]]
    pieces = json.loads((model / "tokenizer.json").read_text())["model"]["vocab"]
    whole = [piece for piece in pieces if len(piece) > 1 and piece.isascii() and piece.isalpha()]
    return sorted({*frequent, *whole})


class Encoder:
    """BERT's forward pass in numpy, mean pooling over all pieces."""

    def __init__(self, model: Path) -> None:
        from safetensors.numpy import load_file  # type: ignore[import-not-found]
        from tokenizers import Tokenizer  # type: ignore[import-not-found]

        self.weights: dict[str, Array] = {
            name: value.astype(np.float32) for name, value in load_file(model / "model.safetensors").items()
        }
        shape = json.loads((model / "config.json").read_text())
        self.layers, self.heads = int(shape["num_hidden_layers"]), int(shape["num_attention_heads"])
        self.tokenizer: Any = Tokenizer.from_file(str(model / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def _dense(self, x: Array, name: str) -> Array:
        out: Array = x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return out

    def _norm(self, x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        out: Array = scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return out

    def __call__(self, ids: npt.NDArray[np.int64]) -> Array:
        """Vectors of rows of piece ids, all rows of one length."""
        rows, length = ids.shape
        embedding = self.weights["embeddings.word_embeddings.weight"][ids]
        embedding = embedding + self.weights["embeddings.position_embeddings.weight"][:length]
        embedding = embedding + self.weights["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(embedding, "embeddings.LayerNorm")
        for layer in range(self.layers):
            prefix = f"encoder.layer.{layer}"
            query, key, value = (
                self._dense(x, f"{prefix}.attention.self.{part}")
                .reshape(rows, length, self.heads, -1)
                .transpose(0, 2, 1, 3)
                for part in ("query", "key", "value")
            )
            attention = query @ key.transpose(0, 1, 3, 2) / math.sqrt(query.shape[-1])
            attention = np.exp(attention - attention.max(-1, keepdims=True))
            attention /= attention.sum(-1, keepdims=True)
            mixed = (attention @ value).transpose(0, 2, 1, 3).reshape(rows, length, -1)
            x = self._norm(
                x + self._dense(mixed, f"{prefix}.attention.output.dense"),
                f"{prefix}.attention.output.LayerNorm",
            )
            hidden = self._dense(x, f"{prefix}.intermediate.dense")
            hidden = hidden * 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (hidden + 0.044715 * hidden**3)))
            x = self._norm(x + self._dense(hidden, f"{prefix}.output.dense"), f"{prefix}.output.LayerNorm")
        pooled: Array = x.mean(1)
        return pooled

    def encode(self, texts: list[str], batch: int = 512) -> Array:
        """Vectors of ``texts`` in order; texts of one length in pieces share a batch."""
        pieces = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        vectors = np.zeros((len(texts), self.weights["embeddings.LayerNorm.bias"].shape[0]), np.float32)
        for length in sorted({len(ids) for ids in pieces}):
            rows = [row for row, ids in enumerate(pieces) if len(ids) == length]
            for start in range(0, len(rows), batch):
                chunk = rows[start : start + batch]
                vectors[chunk] = self(np.array([pieces[row] for row in chunk]))
        return vectors


def reduce(vectors: Array, dimensions: int) -> Array:
    """Principal components of ``vectors``, whitened by the square root of their spread."""
    centred = vectors - vectors.mean(0)
    values, axes = np.linalg.eigh(np.cov(centred.T))
    order = np.argsort(values)[::-1][:dimensions]
    reduced: Array = (centred @ axes[:, order] / np.sqrt(np.sqrt(values[order]))).astype(np.float32)
    return reduced


def main(model: str, target: str) -> None:
    """Distill ``model`` into ``target``: words, int8 vectors and the scale of each word's vector."""
    import symspellpy

    dictionary = Path(symspellpy.__file__).parent / "frequency_dictionary_en_82_765.txt"
    words = vocabulary(Path(model), dictionary)
    vectors = reduce(Encoder(Path(model)).encode(words), DIMENSIONS)
    scale = np.abs(vectors).max(1, keepdims=True) / 127
    quantised = np.round(vectors / scale).astype(np.int8)
    np.savez_compressed(
        target, words=np.array("\n".join(words)), vectors=quantised, scale=scale[:, 0].astype(np.float16)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
