"""A server of the Batch API on this machine: files in, batches that take a few looks, answers and errors as files."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class BatchServer:
    """What the server holds and does; tests change it as they go.

    ``answer`` gives the line of a request (a dict) for the output file, or None for no line at all. ``fail`` is a list
    of statuses with which the next requests are refused, whatever they ask; 0 breaks the connection after the work.
    """

    def __init__(self, answer):
        self.answer = answer
        self.looks = 2
        self.ends_as = "completed"
        self.lists = True
        self.fail = []
        self.files = {}
        self.batches = {}
        self.uploads = 0
        self.seen = []

    def post(self, path, headers, body):
        if path == "/v1/files":
            boundary = re.search("boundary=(.+)", headers["Content-Type"]).group(1).encode()
            parts = body.split(b"--" + boundary)
            [content] = [part for part in parts if b'name="file"' in part]
            assert any(b"batch" in part for part in parts if b'name="purpose"' in part)
            self.uploads += 1
            name = f"file-{self.uploads}"
            self.files[name] = content.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
            return 200, {"id": name}
        asked = json.loads(body)
        assert (asked["endpoint"], asked["completion_window"]) == ("/v1/chat/completions", "24h")
        name = f"batch-{len(self.batches) + 1}"
        requests = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        self.batches[name] = {"id": name, "status": "validating", "metadata": asked["metadata"], "looks": self.looks,
                              "requests": requests}  # fmt: skip
        return 200, {"id": name}

    def get(self, path):
        if path.startswith("/v1/batches?"):
            return (
                (200, {"data": [self._shown(each) for each in self.batches.values()]})
                if self.lists
                else (404, {})
            )
        if path.startswith("/v1/batches/"):
            batch = self.batches.get(path.rsplit("/", 1)[1])
            if batch is None:
                return 404, {}
            batch["looks"] -= 1
            batch["status"] = "in_progress"
            if batch["looks"] < 0:
                self._end(batch)
            return 200, self._shown(batch)
        return 200, self.files[path.split("/")[3]]

    def _end(self, batch):
        batch["status"] = self.ends_as
        lines = [(self.answer(each), each["custom_id"]) for each in batch["requests"]]
        lines = [line if isinstance(line, bytes) else json.dumps({"custom_id": name} | line).encode()
                 for line, name in lines if line is not None]  # fmt: skip
        self.files[f"{batch['id']}-out"] = b"\n".join(lines)
        batch["output_file_id"] = f"{batch['id']}-out"

    def _shown(self, batch):
        counts = {"total": len(batch["requests"]), "completed": 0, "failed": 0}
        return {name: batch[name] for name in batch if name not in ("looks", "requests")} | {
            "request_counts": counts
        }


def completed(content, status=200):
    """The line of a whole answer."""
    body = {
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 50},
    }
    return {"response": {"status_code": status, "body": body}, "error": None}


@contextmanager
def serving_batches(server):
    """Base address of ``server`` while it listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self._do(lambda: server.post(self.path, self.headers, self.body))

        def do_GET(self):
            self._do(lambda: server.get(self.path))

        def _do(self, work):
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.seen.append(f"{self.command} {self.path.split('?')[0]}")
            status = server.fail.pop(0) if server.fail else 200
            if status not in (0, 200):
                answer = b"no"
            else:
                done, answer = work()
                if status == 0:
                    self.connection.close()
                    return
                status = done
                answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/v1"
    finally:
        listening.shutdown()
        listening.server_close()
