"""``augment.model``: which server, and how much may be asked of it."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field, model_validator


class BatchConfig(BaseModel, frozen=True, extra="forbid"):
    """Requests that a server answers later, as a rule within a day and for less (``/files`` and ``/batches``)."""

    requests: int = Field(default=1000, ge=1, le=50_000)
    """In one batch, at most."""
    poll: float = Field(default=30.0, gt=0)
    """Seconds between two looks at a batch."""
    give_up: float = Field(default=86_400.0, gt=0)
    """Seconds after which a run stops waiting; the next one takes the same batch up."""


class ModelConfig(BaseModel, frozen=True, extra="forbid"):
    """A chat-completions server and the limits of one ``smelt augment --model``."""

    url: str | None = None
    """Base of the server, e.g. http://127.0.0.1:8000/v1 (vLLM, llama.cpp, Ollama, a provider); null: no model."""
    name: str = ""
    """Model to ask for."""
    key: str = "SMELT_MODEL_KEY"
    """Environment variable with the key; where it is empty, none is sent."""
    domain: str = "customer support"
    style: str = "Clear, friendly and professional. Short sentences."
    pairs_a_request: int = Field(default=2, ge=1, le=10)
    target: int = Field(default=100, ge=1)
    """Accepted pairs after which nothing more is asked."""
    max_requests: int = Field(default=500, ge=1)
    max_tokens: int = Field(default=500_000, ge=1)
    """Of all requests and answers together, as the server counts them."""
    max_cost: float | None = Field(default=None, gt=0)
    """In the currency of the prices."""
    price_in: float = Field(default=0.0, ge=0)
    price_out: float = Field(default=0.0, ge=0)
    """Prices of a million tokens read and written."""
    answer_tokens: int = Field(default=800, ge=16)
    temperature: float = Field(default=0.7, ge=0, le=2)
    timeout: float = Field(default=60.0, gt=0)
    """Seconds for one answer."""
    retries: int = Field(default=4, ge=0, le=10)
    backoff: float = Field(default=1.0, ge=0)
    """Seconds before the first retry; doubled each time, or what the server asks for."""
    batch: BatchConfig | None = None
    """How the server's Batch API is used; null: every request is answered at once."""

    @model_validator(mode="after")
    def can_be_asked(self) -> Self:
        """A server needs a model's name, a limit of cost needs prices, an address needs http."""
        problems = []
        if self.url is not None and not self.url.startswith(("http://", "https://")):
            problems.append("url must begin with http:// or https://")
        if self.url is not None and not self.name:
            problems.append("name of the model is missing")
        if self.max_cost is not None and not (self.price_in or self.price_out):
            problems.append("max_cost needs price_in and price_out")
        if problems:
            raise ValueError("; ".join(problems))
        return self
