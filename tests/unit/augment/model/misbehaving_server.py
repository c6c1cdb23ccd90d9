"""A chat-completions server on this machine that does, in turn, what it is told to: answer, fail, stall, babble."""

from __future__ import annotations

import contextlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = '{"pairs": [{"question": "How may I pay 37.50?", "answer": "Open the app and choose pay, then confirm 37.50."}]}'


def said(content, **more):
    """A whole answer of a server with this content."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": "stop",
    } | more
    return 200, json.dumps(
        {"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 50}}
    ).encode()


@contextmanager
def serving(*script):
    """(base address, requests seen). Each entry: (status, body), (status, body, headers), or a callable of the handler.

    The last entry is repeated for ever.
    """
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.asked = body.decode()
            seen.append((self.path, dict(self.headers), json.loads(body)))
            step = script[min(len(seen), len(script)) - 1]
            if callable(step):
                step(self)
                return
            status, answer, *headers = step
            self.send_response(status)
            for name, value in (headers[0] if headers else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()


def hangs_up(handler):
    """Close the connection without an answer."""
    handler.connection.close()


def stalls(handler):
    """Say nothing until the client has gone."""
    handler.connection.settimeout(60)
    with contextlib.suppress(OSError):
        handler.connection.recv(1)
    handler.connection.close()


def breaks_off(handler):
    """Promise more bytes than come."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices"')
    handler.connection.close()
