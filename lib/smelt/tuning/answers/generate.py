"""Greedy answers of a local model, and its likelihoods of reference answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from smelt.tuning.base.libraries import library
from smelt.tuning.config import GenerationConfig
from smelt.tuning.encoding.chat import Chat, Conversation


class Answer(NamedTuple):
    """One answer; ``stopped`` tells whether the model ended it with a stop token."""

    text: str
    stopped: bool
    tokens: int


class Answerer(Protocol):
    """Anything that answers conversations."""

    def answer(self, prompts: Sequence[Conversation]) -> list[Answer]:
        """One answer per prompt, in the same order."""
        ...


@dataclass(frozen=True)
class ModelAnswerer:
    """Generates answers with a model and its template; the stop tokens of ``chat`` override the model's own
    settings."""

    model: Any
    chat: Chat
    config: GenerationConfig

    def answer(self, prompts: Sequence[Conversation]) -> list[Answer]:
        """Greedy answers, in batches of prompts of similar length, padded on the left."""
        ids = self.chat.encode(list(prompts), prompt=True)
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        found: dict[int, Answer] = {}
        for some in _parts(order, self.config.batch_size):
            answers = self.continuations([ids[at] for at in some])
            found.update(zip(some, answers, strict=True))
        return [found[at] for at in range(len(ids))]

    def continuations(self, ids: Sequence[Sequence[int]]) -> list[Answer]:
        """The model's continuation of each of ``ids``, in one batch."""
        torch = library("torch")
        tokenizer = self.chat.tokenizer
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        longest = max(len(one) for one in ids)
        device = next(self.model.parameters()).device
        padded = torch.tensor([[pad] * (longest - len(one)) + list(one) for one in ids], device=device)
        mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in ids], device=device)
        stops = sorted(self.chat.stop_ids)
        self.model.eval()
        with torch.no_grad():
            whole = self.model.generate(
                input_ids=padded,
                attention_mask=mask,
                max_new_tokens=self.config.max_new_tokens,
                do_sample=False,
                num_beams=1,
                temperature=None,
                top_p=None,
                top_k=None,
                eos_token_id=stops,
                pad_token_id=pad,
                use_cache=True,
            )
        return [self._answer(row[longest:].tolist(), stops) for row in whole]

    def _answer(self, ids: list[int], stops: list[int]) -> Answer:
        end = next((at for at, number in enumerate(ids) if number in stops), None)
        said = ids if end is None else ids[:end]
        text = self.chat.tokenizer.decode(said, skip_special_tokens=True)
        return Answer(text.strip(), end is not None, len(said))


class Likelihood(NamedTuple):
    """Sum of the negative log-likelihoods of a reference's tokens, and their number."""

    lost: float
    tokens: int


def likelihoods(model: Any, rows: Any, *, batch_size: int = 8) -> list[Likelihood]:
    """One likelihood per row of encoded ``rows`` (input_ids, labels), without padding and prompts."""
    torch = library("torch")
    device = next(model.parameters()).device
    model.eval()
    found: list[Likelihood] = []
    for start in range(0, len(rows), batch_size):
        batch = rows[start : start + batch_size]
        longest = max(len(one) for one in batch["input_ids"])
        ids = torch.tensor(
            [list(one) + [0] * (longest - len(one)) for one in batch["input_ids"]], device=device
        )
        labels = torch.tensor(
            [list(one) + [-100] * (longest - len(one)) for one in batch["labels"]], device=device
        )
        mask = torch.tensor(
            [[1] * len(one) + [0] * (longest - len(one)) for one in batch["input_ids"]], device=device
        )
        with torch.no_grad():
            logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits.float()
        wanted = labels[:, 1:]
        lost = torch.nn.functional.cross_entropy(
            logits[:, :-1].transpose(1, 2), wanted, ignore_index=-100, reduction="none"
        )
        counted = (wanted != -100).sum(dim=1)
        found += [
            Likelihood(float(one), int(number))
            for one, number in zip(lost.double().sum(dim=1), counted, strict=True)
        ]
    return found


def _parts(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
