"""Encodes conversations as token ids, in the same way for training, evaluation and prediction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Message = dict[str, str]
Conversation = Sequence[Message]

_FROZEN_CLOCK = "{%- macro strftime_now(format) -%}smelt-date{%- endmacro -%}"


class Chat:
    """A tokenizer with its chat template.

    ``date`` is passed to templates that print a date (``date_string``). Control tokens within a message are encoded as
    plain text unless ``sanitize`` is off. ``stop_ids`` are the ids of tokens that end an answer, to which the token
    that the template writes after an answer is added.
    """

    def __init__(self, tokenizer: Any, *, date: str, stop_ids: Sequence[int], sanitize: bool = True) -> None:
        self.tokenizer = tokenizer
        self.date = date
        self.sanitize = sanitize
        self._skeletons: dict[tuple[tuple[str, ...], bool], tuple[int, ...]] = {}
        self._tails: dict[str, list[int]] = {}
        self._given_stops = tuple(stop_ids)

    @property
    def template_hash(self) -> str:
        """16 hex digits of the template's text."""
        return hashlib.sha256(str(self.tokenizer.chat_template).encode()).hexdigest()[:16]

    @cached_property
    def control_ids(self) -> frozenset[int]:
        """Ids of control tokens: special tokens, and added tokens that occur in the template."""
        template = str(self.tokenizer.chat_template)
        return frozenset(
            number
            for number, token in self.tokenizer.added_tokens_decoder.items()
            if token.special or (token.content in template and not token.content.isspace())
        )

    @cached_property
    def _is_control(self) -> NDArray[np.bool_]:
        table = np.zeros(max([len(self.tokenizer), *self.control_ids]) + 1, np.bool_)
        table[list(self.control_ids)] = True
        return table

    @cached_property
    def _control_texts(self) -> list[str]:
        added = self.tokenizer.added_tokens_decoder
        return sorted((added[number].content for number in self.control_ids), key=len, reverse=True)

    @cached_property
    def _control_text(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, self._control_texts)) or "(?!)")

    @cached_property
    def end_of_turn(self) -> int | None:
        """Id of the control token that the template writes after an answer, or None."""
        talk = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "x"}]
        prompt = self.encode([talk[:1]], prompt=True)[0]
        after = [number for number in self.encode([talk])[0][len(prompt) :] if number in self.control_ids]
        return after[-1] if after else None

    @cached_property
    def stop_ids(self) -> frozenset[int]:
        """Ids of the tokens that end an answer."""
        return frozenset(self._given_stops) | (
            {self.end_of_turn} if self.end_of_turn is not None else frozenset()
        )

    @cached_property
    def prints_today(self) -> bool:
        """Whether the template prints the current date, so that its rendering changes from day to day."""
        talk = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "x"}]
        frozen = _FROZEN_CLOCK + str(self.tokenizer.chat_template)
        return any("smelt-date" in text for text in self.render([talk], template=frozen))

    def render(
        self, conversations: Sequence[Conversation], *, prompt: bool = False, template: str | None = None
    ) -> list[str]:
        """The text of each conversation; with ``prompt`` up to the beginning of the answer."""
        rendered: list[str] = self.tokenizer.apply_chat_template(
            list(conversations),
            tokenize=False,
            add_generation_prompt=prompt,
            chat_template=template,
            date_string=self.date,
        )
        return rendered

    def encode(
        self,
        conversations: Sequence[Conversation],
        *,
        prompt: bool = False,
        rendered: Sequence[str] | None = None,
    ) -> list[list[int]]:
        """Token ids of each conversation; ``rendered`` are the texts if they are known already."""
        texts = self.render(conversations, prompt=prompt) if rendered is None else rendered
        marked = [self.sanitize and self.holds_control_text(each) for each in conversations]
        plain = iter(self.encode_texts([text for text, mark in zip(texts, marked, strict=True) if not mark]))
        return [
            self._sanitized(each, prompt) if mark else next(plain)
            for each, mark in zip(conversations, marked, strict=True)
        ]

    def encode_texts(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of rendered texts, without added special tokens and without truncation."""
        if not texts:
            return []
        backend = getattr(self.tokenizer, "backend_tokenizer", None)
        if backend is None:
            ids: list[list[int]] = self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]
            return ids
        backend.no_truncation()
        backend.no_padding()
        backend.encode_special_tokens = False
        return [found.ids for found in backend.encode_batch_fast(list(texts), add_special_tokens=False)]

    def encode_prompts(
        self, prompts: Sequence[Conversation], rendered: Sequence[str], wholes: Sequence[list[int]]
    ) -> list[list[int]]:
        """Token ids of ``prompts`` that are prefixes of ``wholes``, reusing the tokens of the latter.

        Tokenizers split text at control tokens first, so that both have the same tokens before the last control token;
        only the text after it is encoded, which for most templates is always the same few words.
        """
        ids = []
        for prompt, text, whole in zip(prompts, rendered, wholes, strict=True):
            last = max((text.rfind(token) for token in self._control_texts), default=-1)
            written = len(self.skeleton(tuple(turn["role"] for turn in prompt), prompt=True))
            at = self.control_positions(whole)
            if last < 0 or not 0 < written <= len(at) or (self.sanitize and self.holds_control_text(prompt)):
                ids.append(self.encode([prompt], prompt=True, rendered=[text])[0])
                continue
            ids.append(whole[: at[written - 1]] + self._ids_of_tail(text[last:]))
        return ids

    def control_positions(self, ids: Sequence[int]) -> list[int]:
        """Indices of the control tokens in ``ids``."""
        found: list[int] = np.flatnonzero(self._is_control[np.asarray(ids, np.int64)]).tolist()
        return found

    def _ids_of_tail(self, text: str) -> list[int]:
        if text not in self._tails:
            if len(self._tails) > 1_000:
                self._tails.clear()
            self._tails[text] = self.encode_texts([text])[0]
        return self._tails[text]

    def skeleton(self, roles: tuple[str, ...], *, prompt: bool = False) -> tuple[int, ...]:
        """The control tokens that the template writes for a conversation with these roles, in order."""
        key = (roles, prompt)
        if key not in self._skeletons:
            plain = [{"role": role, "content": "x"} for role in roles]
            ids = self.encode([plain], prompt=prompt)[0]
            self._skeletons[key] = tuple(number for number in ids if number in self.control_ids)
        return self._skeletons[key]

    def holds_control_text(self, conversation: Conversation) -> bool:
        """Whether a message contains the text of a control token."""
        return any(self._control_text.search(message["content"]) for message in conversation)

    def _sanitized(self, conversation: Conversation, prompt: bool) -> list[int]:
        ids: list[int] = self.tokenizer.apply_chat_template(
            list(conversation),
            tokenize=True,
            return_dict=False,
            add_generation_prompt=prompt,
            sanitize_control_tokens=True,
            date_string=self.date,
        )
        return ids
