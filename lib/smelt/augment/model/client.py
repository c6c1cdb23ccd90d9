"""Client for chat completions over HTTP, with retries and time limits; needs only the standard library."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar

from smelt.augment.model.config import ModelConfig
from smelt.augment.model.prompt import UnusableAnswerError
from smelt.errors import SmeltError

RETRIED = (408, 409, 425, 429, 500, 502, 503, 504, 529)
"""Status codes after which the same request may succeed."""

MAX_ANSWER = 4 << 20
"""Most bytes read of an answer."""

LONGEST_WAIT = 120.0

T = TypeVar("T")


class ModelError(SmeltError):
    """Raised if the server would refuse every request: wrong key, unknown model, wrong address.

    ``code`` is the HTTP status.
    """

    def __init__(self, message: str, code: int = 0) -> None:
        self.code = code
        super().__init__(message)


class Completion(NamedTuple):
    """The model's text and the token counts of the server (0 if it gives none)."""

    content: str
    tokens_in: int
    tokens_out: int


class ChatClient:
    """Sends requests to one server; ``sleep`` is called with the seconds to wait between attempts."""

    def __init__(self, config: ModelConfig, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._config, self.wait = config, sleep
        self._key = os.environ.get(config.key, "").strip()

    def complete(self, body: dict[str, Any]) -> Completion:
        """The completion of a request.

        Raises UnusableAnswerError if this request fails even after the retries (``unreachable``, ``status_503``,
        ``not_json``, ``empty``, ``cut``, ``refused``), and ModelError if no other request could succeed either.
        """
        data = json.dumps(body).encode()
        return self.send("POST", "/chat/completions", completion_of, data=data)

    def send(
        self,
        method: Literal["GET", "POST"],
        path: str,
        parse: Callable[[bytes], T],
        *,
        data: bytes | None = None,
        content_type: str = "application/json",
        most: int = MAX_ANSWER,
        retries: int | None = None,
    ) -> T:
        """Send a request and return ``parse(body of the answer)``; reads at most ``most`` bytes.

        ``retries`` defaults to the configured number. Raises what :meth:`complete` raises; ``parse`` may raise
        UnusableAnswerError.
        """
        wait = self._config.backoff
        for left in range(self._config.retries if retries is None else retries, -1, -1):
            reason, asked_wait = "", None
            try:
                return parse(self._once(method, path, data, content_type, most))
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in RETRIED:
                        told = f"the model's server answered {error.code} {error.reason}: {_hint(error.code)}"
                        raise ModelError(told, error.code) from None
                    reason, asked_wait = f"status_{error.code}", _seconds(error.headers.get("Retry-After"))
            except (urllib.error.URLError, TimeoutError, http.client.HTTPException, ConnectionError):
                reason = "unreachable"
            except UnusableAnswerError as error:
                if error.reason in ("refused", "cut"):
                    raise  # a retry would give the same
                reason = error.reason
            if not left:
                raise UnusableAnswerError(reason)
            self.wait(min(asked_wait if asked_wait is not None else wait, LONGEST_WAIT))
            wait *= 2
        raise AssertionError("unreachable")

    def _once(self, method: str, path: str, data: bytes | None, content_type: str, most: int) -> bytes:
        headers = {"User-Agent": "smelt"} | ({"Content-Type": content_type} if data is not None else {})
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(
            f"{str(self._config.url).rstrip('/')}{path}", data=data, headers=headers, method=method
        )
        with urllib.request.urlopen(request, timeout=self._config.timeout) as answer:
            whole: bytes = answer.read(most + 1)
        if len(whole) > most:
            raise UnusableAnswerError("too_long")
        return whole


def completion_of(raw: bytes) -> Completion:
    """Parse a chat completion; raises UnusableAnswerError (``not_json``, ``refused``, ``empty``, ``cut``)."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise UnusableAnswerError("not_json") from None
    return completion_in(given)


def completion_in(given: Any) -> Completion:
    """As :func:`completion_of`, from decoded JSON."""
    try:
        choice = given["choices"][0]
        message, ended = choice["message"], choice.get("finish_reason")
        refusal, content = message.get("refusal"), message.get("content")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise UnusableAnswerError("not_json") from None
    if refusal or ended == "content_filter":
        raise UnusableAnswerError("refused")
    if not isinstance(content, str) or not content.strip():
        raise UnusableAnswerError("empty")
    if ended == "length":
        raise UnusableAnswerError("cut")
    usage = given.get("usage")
    return Completion(content, *(_tokens(usage, name) for name in ("prompt_tokens", "completion_tokens")))


def _tokens(usage: Any, name: str) -> int:
    found = usage.get(name) if isinstance(usage, dict) else None
    return found if isinstance(found, int) and found >= 0 else 0


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None  # an HTTP date: use the normal wait


def _hint(code: int) -> str:
    hints = {
        401: "set the key in the environment variable that augment.model.key names",
        403: "the key may not use this model",
        404: "look at augment.model.url (it ends in /v1) and augment.model.name",
    }
    return hints.get(code, "the request does not suit this server; look at augment.model")
