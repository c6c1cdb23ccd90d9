"""Chat completions over HTTP with the standard library: retries, time limits, and failures that stay failures."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, NamedTuple

from smelt.augment.model.config import ModelConfig
from smelt.augment.model.prompt import UnusableAnswerError
from smelt.errors import SmeltError

RETRIED = (408, 409, 425, 429, 500, 502, 503, 504, 529)
"""Status codes after which the same request may succeed."""

MAX_ANSWER = 4 << 20
"""Bytes of an answer that are read."""

LONGEST_WAIT = 120.0


class ModelError(SmeltError):
    """Raised where the server refuses every request: a wrong key, an unknown model, no such address."""


class Completion(NamedTuple):
    """What a model wrote, and the tokens that the server counted (0 where it does not say)."""

    content: str
    tokens_in: int
    tokens_out: int


class ChatClient:
    """Asks one server. ``sleep`` is what waits between tries."""

    def __init__(self, config: ModelConfig, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._config, self._sleep = config, sleep
        self._key = os.environ.get(config.key, "").strip()

    def complete(self, body: dict[str, Any]) -> Completion:
        """The completion of a request.

        Raises UnusableAnswerError where this request gives nothing even after the retries (``unreachable``,
        ``status_503``, ``not_json``, ``empty``, ``cut``, ``refused``), and ModelError where no other request could
        succeed either.
        """
        wait = self._config.backoff
        for left in range(self._config.retries, -1, -1):
            reason, asked_wait = "", None
            try:
                return _completion(self._post(body))
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in RETRIED:
                        raise ModelError(
                            f"the model's server answered {error.code} {error.reason}: {_hint(error.code)}"
                        ) from None
                    reason, asked_wait = f"status_{error.code}", _seconds(error.headers.get("Retry-After"))
            except (urllib.error.URLError, TimeoutError, http.client.HTTPException, ConnectionError):
                reason = "unreachable"
            except UnusableAnswerError as error:
                if error.reason in ("refused", "cut"):
                    raise  # asked again, it would say the same
                reason = error.reason
            if not left:
                raise UnusableAnswerError(reason)
            self._sleep(min(asked_wait if asked_wait is not None else wait, LONGEST_WAIT))
            wait *= 2
        raise AssertionError("unreachable")

    def _post(self, body: dict[str, Any]) -> bytes:
        headers = {"Content-Type": "application/json", "User-Agent": "smelt"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(
            f"{str(self._config.url).rstrip('/')}/chat/completions",
            data=json.dumps(body).encode(),
            headers=headers,
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=self._config.timeout) as answer:
            whole: bytes = answer.read(MAX_ANSWER + 1)
        if len(whole) > MAX_ANSWER:
            raise UnusableAnswerError("too_long")
        return whole


def _completion(raw: bytes) -> Completion:
    try:
        given = json.loads(raw)
        choice = given["choices"][0]
        message = choice["message"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise UnusableAnswerError("not_json") from None
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise UnusableAnswerError("refused")
    content = message.get("content")
    if not isinstance(content, str) or not content.strip():
        raise UnusableAnswerError("empty")
    if choice.get("finish_reason") == "length":
        raise UnusableAnswerError("cut")
    usage = given.get("usage") or {}
    return Completion(content, int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None  # an HTTP date: the usual wait will do


def _hint(code: int) -> str:
    hints = {
        401: "set the key in the environment variable that augment.model.key names",
        403: "the key may not use this model",
        404: "look at augment.model.url (it ends in /v1) and augment.model.name",
    }
    return hints.get(code, "the request does not suit this server; look at augment.model")
