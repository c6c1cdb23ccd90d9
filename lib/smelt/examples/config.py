"""The ``examples`` section of the configuration."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ExamplesConfig(BaseModel, frozen=True, extra="forbid"):
    """How pairs are made.

    ``max_context_turns`` of the turns before a pair are kept as its context. Consecutive turns of one side
    are one utterance. ``greeting_words`` is the length up to which an opening without content (hello, hi
    there) is context only, not a question of its own.
    """

    max_context_turns: int = Field(default=6, ge=0)
    max_context_characters: int = Field(default=4_000, ge=0)
    max_pairs_a_conversation: int = Field(default=200, ge=1)
    article_question: str = "{title}: {heading}"
