"""Answers from an OpenAI-compatible server (``/chat/completions``): vLLM, llama.cpp, Ollama, or a hosted one."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from smelt.tuning.answers.generate import Answer
from smelt.tuning.config import GenerationConfig, ServerConfig
from smelt.tuning.encoding.chat import Conversation
from smelt.tuning.errors import TuningError


@dataclass(frozen=True)
class ServerAnswerer:
    """Sends one prompt after another at temperature 0. Note that scrubbed rows leave this machine."""

    server: ServerConfig
    config: GenerationConfig

    def answer(self, prompts: Sequence[Conversation]) -> list[Answer]:
        """One answer per prompt; raises TuningError, without the prompt's text, if the server fails or refuses."""
        return [self._answer(prompt) for prompt in prompts]

    def _answer(self, prompt: Conversation) -> Answer:
        body = {
            "model": self.server.model,
            "messages": list(prompt),
            "temperature": 0,
            "max_tokens": self.config.max_new_tokens,
        }
        headers = {"Content-Type": "application/json"}
        key = os.environ.get(self.server.key_env)
        if key:
            headers["Authorization"] = f"Bearer {key}"
        url = f"{str(self.server.url).rstrip('/')}/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=self.server.timeout_seconds) as reply:
                found = json.loads(reply.read())
            choice = found["choices"][0]
            text = choice["message"]["content"] or ""
        except urllib.error.HTTPError as error:
            raise TuningError(f"{url} answered {error.code}") from None
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise TuningError(f"{url} gives no answer: {type(error).__name__}") from None
        tokens = (found.get("usage") or {}).get("completion_tokens") or -(-len(text) // 4)
        return Answer(text.strip(), choice.get("finish_reason") != "length", int(tokens))
