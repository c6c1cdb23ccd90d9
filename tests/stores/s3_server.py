"""An S3 server on loopback: moto's, which keeps objects in memory and knows conditional writes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

BUCKET = "smelt-test"
KEY, SECRET, REGION = "test-key", "test-secret", "us-east-1"


class S3Server:
    """Where the server is, and how many requests it had."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._app = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()
        self.requests = 0
        self.forgets_conditions = False
        self._server = make_server("127.0.0.1", 0, self._one_at_a_time, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _one_at_a_time(self, environment, start):
        # S3 decides on conditions atomically, moto only if nobody comes in between.
        with self._lock:
            self.requests += 1
            if self.forgets_conditions:
                environment.pop("HTTP_IF_NONE_MATCH", None)
            return self._app(environment, start)

    def serve(self) -> None:
        self._server.serve_forever()

    def close(self) -> None:
        self._server.shutdown()

    @property
    def client(self):
        return boto3.client(
            "s3", endpoint_url=self.url, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            region_name=REGION,
        )  # fmt: skip

    @property
    def options(self) -> dict[str, str]:
        """As obstore takes them."""
        return {
            "endpoint": self.url, "region": REGION, "access_key_id": KEY, "secret_access_key": SECRET,
            "path_style": "true",
        }  # fmt: skip

    @property
    def spark_settings(self) -> dict[str, str]:
        return {
            "spark.hadoop.fs.s3a.endpoint": self.url,
            "spark.hadoop.fs.s3a.endpoint.region": REGION,
            "spark.hadoop.fs.s3a.path.style.access": "true",
            "spark.hadoop.fs.s3a.access.key": KEY,
            "spark.hadoop.fs.s3a.secret.key": SECRET,
        }

    @property
    def variables(self) -> dict[str, str]:
        """What delta-rs reads."""
        return {
            "AWS_ENDPOINT_URL": self.url, "AWS_ALLOW_HTTP": "true", "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
        }  # fmt: skip

    def objects(self, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", ())]

    def read(self, key: str) -> bytes:
        return self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A server with one empty bucket; what earlier servers of this process held is dropped from moto's memory."""
    server = S3Server()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    urlopen(Request(f"{server.url}/moto-api/reset", method="POST")).close()
    server.client.create_bucket(Bucket=BUCKET)
    yield server
    server.close()
