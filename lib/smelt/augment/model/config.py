"""Section ``augment.model`` of the configuration: the server and the limits."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field, model_validator


class BatchConfig(BaseModel, frozen=True, extra="forbid"):
    """The server's Batch API (``/files``, ``/batches``), which answers later, usually within a day, at a lower
    price."""

    requests: int = Field(default=1000, ge=1, le=50_000)
    """Most requests in one batch."""
    poll: float = Field(default=30.0, gt=0)
    """Seconds between two queries of a batch's state."""
    give_up: float = Field(default=86_400.0, gt=0)
    """Seconds after which a run stops waiting; the next run continues with the same batch."""


class ModelConfig(BaseModel, frozen=True, extra="forbid"):
    """A chat-completions server and the limits of one ``smelt augment --model``."""

    url: str | None = None
    """Base URL of the server, e.g. http://127.0.0.1:8000/v1 (vLLM, llama.cpp, Ollama, a provider); null: no model."""
    name: str = ""
    """Name of the model on the server."""
    key: str = "SMELT_MODEL_KEY"
    """Environment variable with the API key; if it is empty, no key is sent."""
    domain: str = "customer support"
    style: str = "Clear, friendly and professional. Short sentences."
    pairs_a_request: int = Field(default=2, ge=1, le=10)
    target: int = Field(default=100, ge=1)
    """Number of accepted pairs after which no more requests are sent."""
    max_requests: int = Field(default=500, ge=1)
    max_tokens: int = Field(default=500_000, ge=1)
    """Most tokens of all requests and answers together, as the server counts them."""
    max_cost: float | None = Field(default=None, gt=0)
    """Most cost, in the currency of ``price_in`` and ``price_out``."""
    price_in: float = Field(default=0.0, ge=0)
    price_out: float = Field(default=0.0, ge=0)
    """Prices per million tokens: ``price_in`` of the requests, ``price_out`` of the answers."""
    answer_tokens: int = Field(default=800, ge=16)
    temperature: float = Field(default=0.7, ge=0, le=2)
    timeout: float = Field(default=60.0, gt=0)
    """Seconds to wait for one answer."""
    retries: int = Field(default=4, ge=0, le=10)
    backoff: float = Field(default=1.0, ge=0)
    """Seconds before the first retry; doubled each time, or as long as the server's Retry-After says."""
    batch: BatchConfig | None = None
    """Settings of the Batch API; null: each request is sent and answered at once."""

    @model_validator(mode="after")
    def can_be_asked(self) -> Self:
        """Check that a server has a model name, a cost limit has prices, and the address is http or https."""
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
