"""The ``cleaning`` and ``examples`` sections of the configuration."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field, model_validator


class CleaningConfig(BaseModel, frozen=True, extra="forbid"):
    """Which artifacts are removed from questions, answers and context, and which words are made uniform.

    ``terminology`` maps a wrong or old term to the wanted one; whole words, any case. ``tracking_ids`` are
    regular expressions (Rust syntax) of ticket numbers and the like that support systems put into texts.
    """

    quoted_replies: bool = True
    signatures: bool = True
    tracking_ids: tuple[str, ...] = (
        r"(?i)\[?\b(?:ref|ticket|case)\s?(?:id)?\s?[:#]\s?[:_A-Z0-9-]*\d[:_A-Z0-9-]*\b\]?",
        r"(?i)##-\s*please type your reply above this line\s*-##",
    )
    lines: tuple[str, ...] = Field(
        default=(
            r"(?i)^\s*sent from my \w+.*$",
            r"(?i)^\s*get outlook for \w+.*$",
            r"(?i)^\s*this (?:e-?mail|message)(?: and any attachments?)? (?:is|are|may be|contains?) (?:strictly )?"
            r"(?:confidential|intended|privileged).*$",
        ),
        description="lines to remove wherever they stand",
    )
    terminology: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _terms_lead_somewhere(self) -> Self:
        lowered = {term.casefold(): wanted for term, wanted in self.terminology.items()}
        chained = sorted(term for term, wanted in lowered.items() if wanted.casefold() in lowered)
        if chained:
            raise ValueError(
                f"terminology: the target of {', '.join(chained)} is itself mapped; name the final term"
            )
        if any(not term.strip() for term in lowered):
            raise ValueError("terminology: an empty term")
        return self


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
