"""Fields of log entries, reasons for refusing an entry, and the field mappings of known log formats."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

PREDICTION = (
    *("key", "at", "model_version", "customer_id", "category", "language", "question", "answer"),
    *("latency_ms", "tokens_in", "tokens_out", "cost_usd", "error"),
)
"""Fields of a request; key, at and model_version are required."""

FEEDBACK_KINDS = ("review", "correct", "reopened", "edited", "csat", "rating")
"""Kinds of feedback, the most informative about an answer first."""

FEEDBACK = ("key", "at", *FEEDBACK_KINDS)
"""Fields of feedback: the request's key, when it was given, and one or more kinds."""


class Reason(StrEnum):
    """Why an entry cannot be used."""

    NOT_READABLE = "not_readable"
    MISSING_KEY = "missing_key"
    MISSING_TIME = "missing_time"
    BAD_TIME = "bad_time"
    TIME_IN_FUTURE = "time_in_future"
    MISSING_VERSION = "missing_model_version"
    UNKNOWN_VERSION = "unknown_model_version"
    NEGATIVE_LATENCY = "negative_latency"
    BAD_NUMBER = "bad_number"
    NO_FEEDBACK = "no_feedback"
    BAD_FEEDBACK = "bad_feedback"
    UNKNOWN_PREDICTION = "unknown_prediction"
    BEFORE_PREDICTION = "feedback_before_prediction"


SHAPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "smelt": {
        "key": ("id", "request_id", "key"),
        "at": ("at", "timestamp", "created_at"),
        "question": ("question", "prompt", "input"),
        "answer": ("answer", "response", "output"),
        "customer_id": ("customer_id", "user_id", "user"),
        "tokens_in": ("tokens_in", "prompt_tokens"),
        "tokens_out": ("tokens_out", "completion_tokens"),
        "model_version": ("model_version",),
    },
    # A proxy's line with the API's request and response: platform.openai.com/docs/api-reference/chat
    "openai": {
        "key": ("id", "response.id"),
        "at": ("response.created", "created", "timestamp"),
        "model_version": ("model_version", "response.model", "request.model", "model"),
        "customer_id": ("request.user", "user", "request.safety_identifier"),
        "question": ("request.messages", "messages", "request.input"),
        "answer": (
            *("response.choices[0].message.content", "choices[0].message.content"),
            *("response.output_text", "output_text"),
        ),
        "latency_ms": ("latency_ms", "duration_ms"),
        "latency_s": ("latency_s", "duration_s", "latency"),
        "tokens_in": ("response.usage.prompt_tokens", "usage.prompt_tokens", "response.usage.input_tokens"),
        "tokens_out": (
            "response.usage.completion_tokens",
            "usage.completion_tokens",
            "response.usage.output_tokens",
        ),
        "error": ("response.error.type", "error.type", "response.error.code", "error"),
        "category": ("metadata.category", "request.metadata.category"),
        "language": ("metadata.language", "request.metadata.language"),
    },
    # A trace as written by search_traces and the REST API, one object per line: mlflow.org/docs/latest/genai/tracing
    "mlflow": {
        "key": ("info.trace_id", "info.request_id", "trace_id", "request_id"),
        "at": ("info.request_time", "info.timestamp_ms", "request_time", "timestamp_ms"),
        "model_version": (
            *("info.tags.model_version", "info.trace_metadata.mlflow.modelId", "tags.model_version"),
            "info.trace_metadata.model_version",
        ),
        "customer_id": ("info.trace_metadata.mlflow.trace.user", "info.tags.mlflow.user"),
        "question": ("data.request", "request", "info.request_preview"),
        "answer": ("data.response", "response", "info.response_preview"),
        "latency_ms": ("info.execution_duration_ms", "info.execution_time_ms", "execution_time_ms"),
        "latency_s": ("info.execution_duration",),
        "error": ("info.error",),
        "category": ("info.tags.category", "tags.category"),
        "language": ("info.tags.language", "tags.language"),
    },
}
"""Shape -> field -> paths in an entry, of which the first with a value is used; by default the field's own name."""
