"""Encodes prompt and answer of a row as token ids with the start of the answer, and reports faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from smelt.tuning.config import DataConfig
from smelt.tuning.encoding.chat import Chat, Conversation

IGNORED = -100
"""Label of tokens that are ignored by the loss (PyTorch's cross entropy)."""

FAULTS = {
    "not_rendered": "the template cannot render the conversation (roles or their order)",
    "text_missing": "the template leaves out a message: its roles are not known to it",
    "prompt_differs": "the prompt's tokens do not begin the whole's: the model would be asked something else",
    "control_tokens": "text of a message became control tokens, or the template's own are not once each",
    "begin_token": "the begin token (BOS) does not stand exactly once",
    "no_stop": "the answer does not end in a stop token: the model would not learn to stop (tuning.data.append_eos)",
    "no_answer": "no token of the answer is left to learn from",
    "too_long": "longer than tuning.data.max_length",
}
"""Fault -> description; rows with one of the first four, or ``no_stop``, are never trained on."""

LENGTH_FAULTS = ("no_answer", "too_long")
"""Faults whose rows are left out and counted; all other faults stop the run."""


@dataclass(frozen=True)
class Pair:
    """One row before its encoding: the turns of the prompt, and the answer."""

    example_id: str
    prompt: Conversation
    answer: str

    @cached_property
    def whole(self) -> list[dict[str, str]]:
        """Prompt and answer as one conversation."""
        return [*self.prompt, {"role": "assistant", "content": self.answer}]


class Encoded(NamedTuple):
    """Token ids of one row; labels are the ids from ``start`` on. A row with ``faults`` is not trained on."""

    example_id: str
    ids: list[int]
    start: int
    length: int
    """Number of tokens before truncation."""
    faults: tuple[str, ...]

    @property
    def labels(self) -> list[int]:
        """Label of each token: its id, or IGNORED in the prompt."""
        return [IGNORED] * self.start + self.ids[self.start :]


def encode_pairs(pairs: Sequence[Pair], chat: Chat, config: DataConfig) -> list[Encoded]:
    """Encode all ``pairs`` in one batch; a pair that cannot be rendered does not affect the others."""
    if not pairs:
        return []
    try:
        wholes = chat.render([pair.whole for pair in pairs])
        prompts = chat.render([pair.prompt for pair in pairs], prompt=True)
    except Exception:  # templates may raise anything
        if len(pairs) == 1:
            return [Encoded(pairs[0].example_id, [], 0, 0, ("not_rendered",))]
        middle = len(pairs) // 2
        return [
            *encode_pairs(pairs[:middle], chat, config),
            *encode_pairs(pairs[middle:], chat, config),
        ]
    ids = chat.encode([pair.whole for pair in pairs], rendered=wholes)
    prompt_ids = chat.encode_prompts([pair.prompt for pair in pairs], prompts, ids)
    checker = _Checker(chat, config)
    return [
        checker.checked(pair, (prompt_text, text), whole, prompt)
        for pair, prompt_text, text, whole, prompt in zip(
            pairs, prompts, wholes, ids, prompt_ids, strict=True
        )
    ]


class _Checker:
    """Checks the encodings of one batch."""

    def __init__(self, chat: Chat, config: DataConfig) -> None:
        self._chat = chat
        self._config = config
        self._stops = chat.stop_ids
        self._blanks: dict[tuple[int, ...], bool] = {}
        tokenizer = chat.tokenizer
        self._begin = tokenizer.bos_token_id
        # The model expects a BOS token only if the tokenizer itself writes one.
        alone = tokenizer("x")["input_ids"]
        self._needs_begin = (
            self._begin is not None and alone[:1] == [self._begin] and self._begin not in self._stops
        )

    def checked(self, pair: Pair, texts: tuple[str, str], ids: list[int], prompt: list[int]) -> Encoded:
        """The encoded row with its faults; ``texts`` are the rendered prompt and the rendered whole."""
        faults = []
        if any(message["content"].strip() not in texts[1] for message in pair.whole):
            faults.append("text_missing")
        start = len(prompt)
        if ids[:start] != prompt or not texts[1].startswith(texts[0]):
            faults.append("prompt_differs")
        roles = tuple(message["role"] for message in pair.whole)
        if tuple(ids[at] for at in self._chat.control_positions(ids)) != self._chat.skeleton(roles):
            faults.append("control_tokens")
        if self._needs_begin and ids.count(self._begin) != 1:
            faults.append("begin_token")
        ids = self._ended(ids, start)
        length = len(ids)
        if not ids or ids[-1] not in self._stops:
            faults.append("no_stop")
        limit = self._config.max_length
        if length > limit:
            if self._config.too_long == "leave_out":
                faults.append("too_long")
            ids = ids[:limit]
        if len(ids) <= start:
            faults.append("no_answer")
        return Encoded(pair.example_id, ids, min(start, len(ids)), length, tuple(faults))

    def _ended(self, ids: list[int], start: int) -> list[int]:
        """``ids`` without white space after the stop token; with an appended EOS if there is none and it is
        configured."""
        last = next((at for at in range(len(ids) - 1, start - 1, -1) if ids[at] in self._stops), None)
        if last is not None and self._is_blank(tuple(ids[last + 1 :])):
            return ids[: last + 1]
        if self._config.append_eos:
            return [*ids, int(self._chat.tokenizer.eos_token_id)]
        return ids

    def _is_blank(self, ids: tuple[int, ...]) -> bool:
        if ids not in self._blanks:
            self._blanks[ids] = not ids or not self._chat.tokenizer.decode(ids).strip()
        return self._blanks[ids]


def pair_of(row: dict[str, Any]) -> Pair:
    """The pair of a row with example_id, prompt and completion."""
    answer = "".join(message["content"] for message in row["completion"])
    prompt = [{"role": turn["role"], "content": turn["content"]} for turn in row["prompt"]]
    return Pair(str(row["example_id"]), prompt, answer)
