"""Client of the Batch API of OpenAI-compatible servers: requests in a file, answered within a day, at a lower price.

The digest of a batch's requests is stored in its metadata, so that the run after a killed one finds the batch again and
pays for no request twice. Format: https://platform.openai.com/docs/guides/batch.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from smelt.augment.model.client import ChatClient, Completion, ModelError, completion_in
from smelt.augment.model.config import BatchConfig, ModelConfig
from smelt.augment.model.prompt import UnusableAnswerError
from smelt.augment.model.writing import Request, Spent
from smelt.identity import stable_id

ENDED = ("completed", "failed", "expired", "cancelled")
USELESS = ("failed", "cancelling", "cancelled")
"""States of a batch that is not reused for the same requests."""

MAX_RESULTS = 512 << 20
"""Most bytes read of a file of answers."""

LISTED = 100
TAG = "smelt"
"""Metadata key for the digest of a batch's requests."""

LOST = "lost"
"""Outcome of a request for which an ended batch has no line."""

Result = Completion | str
"""The answer to a request, or a one-word reason why there is none."""


class BatchOpenError(UnusableAnswerError):
    """Raised if a batch has not ended within ``give_up`` seconds; the next run continues with it."""

    def __init__(self) -> None:
        super().__init__("batch_open")


class BatchClient:
    """Creates batches, waits for them and reads their answers; calls ``say`` with a line about the progress."""

    def __init__(
        self,
        config: ModelConfig,
        client: ChatClient,
        *,
        say: Callable[[str], None] = lambda line: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._client, self._say, self._clock = config, client, say, clock
        self._batch = config.batch or BatchConfig()

    def start(self, requests: Sequence[Request], *, read: Collection[str] = ()) -> str:
        """Create the batch of these requests, or find the one of an earlier run; returns the server's id of the batch.

        ``read`` are ids of batches whose answers were read already; they are not reused, so that failed requests
        are sent again. Raises ModelError if the server refuses or cannot be reached.
        """
        digest = stable_id("batch", *sorted(request.request_hash for request in requests))
        try:
            return self._find(digest, read) or self._create(digest, requests, read)
        except UnusableAnswerError as error:
            raise ModelError(f"a batch could not be made: {error.reason}") from None

    def _create(self, digest: str, requests: Sequence[Request], read: Collection[str]) -> str:
        file = self._upload(digest, requests)
        body = {
            "input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h",
            "metadata": {TAG: digest},
        }  # fmt: skip
        data = json.dumps(body).encode()
        for left in range(self._config.retries, -1, -1):
            try:
                return self._client.send("POST", "/batches", _identity, data=data, retries=0)
            except UnusableAnswerError:
                if not left:
                    raise
                self._client.wait(self._config.backoff)
                known = self._find(digest, read)  # the batch may exist although the answer was lost
                if known:
                    return known
        raise AssertionError("unreachable")

    def results(self, batch: str) -> dict[str, Result]:
        """Wait for the batch and return request hash -> result; requests without a line in its files are missing.

        Raises BatchOpenError after ``give_up`` seconds, ModelError if the server does not know the batch.
        """
        began = self._clock()
        said = ""
        while True:
            try:
                found = self._client.send("GET", f"/batches/{batch}", _object)
            except UnusableAnswerError:
                found = {}
            state, counts = str(found.get("status", "unknown")), found.get("request_counts")
            counts = counts if isinstance(counts, dict) else {}
            line = (
                f"batch {batch}: {state}, {counts.get('completed', 0)} of {counts.get('total', '?')} answered"
            )
            if line != said:
                self._say(line)
                said = line
            if state in ENDED:
                return self._read(found)
            if self._clock() - began > self._batch.give_up:
                raise BatchOpenError
            self._client.wait(self._batch.poll)

    def _read(self, batch: Mapping[str, Any]) -> dict[str, Result]:
        found: dict[str, Result] = {}
        for name in ("error_file_id", "output_file_id"):
            file = batch.get(name)
            if file:
                try:
                    found |= self._client.send("GET", f"/files/{file}/content", results_in, most=MAX_RESULTS)
                except UnusableAnswerError:
                    raise BatchOpenError from None  # paid for: the next run reads it
        return found

    def _find(self, digest: str, read: Collection[str]) -> str | None:
        try:
            listed = self._client.send("GET", f"/batches?limit={LISTED}", _object).get("data")
        except ModelError as error:
            if error.code not in (404, 405, 501):
                raise
            return None  # this server does not list its batches
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and each.get("status") not in USELESS:
                tagged = each.get("metadata")
                if (
                    isinstance(tagged, dict)
                    and tagged.get(TAG) == digest
                    and each.get("id")
                    and each["id"] not in read
                ):
                    return str(each["id"])
        return None

    def _upload(self, digest: str, requests: Sequence[Request]) -> str:
        content_type, data = uploaded(f"{digest}.jsonl", lines_of(requests))
        return self._client.send("POST", "/files", _identity, data=data, content_type=content_type)


def lines_of(requests: Sequence[Request]) -> bytes:
    """The input file of a batch: one JSON line per request, with its hash as custom_id."""
    lines = [
        {"custom_id": each.request_hash, "method": "POST", "url": "/v1/chat/completions", "body": each.body}
        for each in requests
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def uploaded(name: str, content: bytes) -> tuple[str, bytes]:
    """Content type and body (multipart/form-data, RFC 7578) for the upload of a batch file."""
    boundary = f"smelt-{stable_id(content.hex())}"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/jsonl\r\n\r\n"
    )
    return (
        f"multipart/form-data; boundary={boundary}",
        head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
    )


def results_in(content: bytes) -> dict[str, Result]:
    """Request hash -> result from an output or error file; lines without a custom_id are ignored."""
    found: dict[str, Result] = {}
    for line in content.splitlines():
        try:
            given = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(given, dict) and isinstance(given.get("custom_id"), str):
            found[given["custom_id"]] = _result(given)
    return found


def _result(line: Mapping[str, Any]) -> Result:
    response = line.get("response")
    if not isinstance(response, dict):
        error = line.get("error")
        is_late = isinstance(error, dict) and error.get("code") == "batch_expired"
        return "batch_expired" if is_late else "batch_error"
    status = response.get("status_code")
    if status != 200:
        return f"status_{status}" if isinstance(status, int) else "batch_error"
    try:
        return completion_in(response.get("body"))
    except UnusableAnswerError as error:
        return error.reason


def that_fit(requests: Sequence[Request], config: ModelConfig, spent: Spent) -> list[Request]:
    """The first of ``requests`` for one batch: as many as the target may need and the limits allow.

    A batch cannot be stopped half-way, so upper estimates of tokens and cost count. Requests that are settled
    already cost nothing. If a limit leaves no room for even the first, ``spent.next_passes`` names it.
    """
    most = min((config.batch or BatchConfig()).requests, config.max_requests - spent.requests)
    needed = -(-(config.target - spent.accepted) // config.pairs_a_request)
    tokens, cost = spent.tokens_in + spent.tokens_out, spent.cost(config)
    price = max(config.price_in, config.price_out) / 1_000_000
    fitting: list[Request] = []
    sent = 0
    for request in requests:
        if len(fitting) >= needed:
            break
        if request.settled is None:
            tokens += request.most_tokens()
            cost += request.most_tokens() * price
            passed = {
                "max_requests": sent >= most,
                "max_tokens": tokens > config.max_tokens,
                "max_cost": config.max_cost is not None and cost > config.max_cost,
            }
            limit = next((name for name, is_passed in passed.items() if is_passed), None)
            if limit:
                spent.next_passes = None if fitting else limit
                break
            sent += 1
        fitting.append(request)
    return fitting


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise UnusableAnswerError("not_json") from None
    if not isinstance(found, dict):
        raise UnusableAnswerError("not_json")
    return found


def _identity(raw: bytes) -> str:
    found = _object(raw).get("id")
    if not isinstance(found, str) or not found:
        raise UnusableAnswerError("not_json")
    return found
