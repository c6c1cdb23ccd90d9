#!/usr/bin/env bash
# Sail (pysail) with PySpark's Connect client in the same process: every answer is compressed, which takes most of a large answer's time.
#
# One would guess that a server on the loopback address, started by the process that asks, hands its Arrow batches over as they are. But
# gRPC's Python client names gzip among the encodings it accepts, and Sail then compresses each message for it. There is no setting
# of Sail for it; a channel on which only encoding number 0 (none) is enabled gets plain messages: twice the bytes and more, a
# fraction of the CPU time.
#
# Seen on 2026-11-29 with Python 3.11.7:
#   pysail 0.7.2, pyspark-client 4.1.2, grpcio 1.85.3
#   as it comes: 400000 rows, 47 MB of Arrow, 18 MB sent, 0.9 CPU s
#   no encoding but none: 400000 rows, 47 MB of Arrow, 47 MB sent, 0.2 CPU s
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pysail==0.7.2 pyspark-client==4.1.2 "pandas<3" pyarrow==26.0.1
cd "$work"
RUST_LOG=off venv/bin/python - <<'PY'
import socket
import threading
import time
from importlib.metadata import version

from pysail.spark import SparkConnectServer
from pyspark.sql.connect.client.core import DefaultChannelBuilder
from pyspark.sql.connect.session import SparkSession

print(f"pysail {version('pysail')}, pyspark-client {version('pyspark-client')}, grpcio {version('grpcio')}")
server = SparkConnectServer()
server.start(background=True)
port = server.listening_address[1]


class Counter:
    """A proxy that counts the bytes that the server sends."""

    def __init__(self) -> None:
        self.bytes = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            behind = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=self.pump, args=(client, behind, False), daemon=True).start()
            threading.Thread(target=self.pump, args=(behind, client, True), daemon=True).start()

    def pump(self, source, target, counted) -> None:
        while data := source.recv(1 << 20):
            if counted:
                self.bytes += len(data)
            target.sendall(data)


def measured(options):
    proxy = Counter()
    spark = SparkSession.builder.channelBuilder(
        DefaultChannelBuilder(f"sc://127.0.0.1:{proxy.port}", options)
    ).create()
    spark.range(10).toArrow()
    rows = spark.range(400_000).selectExpr(
        "id", "concat('my order ', id, ' has not arrived, tracking ', sha2(cast(id AS string), 256)) AS text"
    )
    before, began = proxy.bytes, time.process_time()
    table = rows.toArrow()
    return table.num_rows, table.nbytes, proxy.bytes - before, time.process_time() - began


usual = measured([])
plain = measured([("grpc.compression_enabled_algorithms_bitset", 1)])
for name, (rows, held, sent, cpu) in (("as it comes", usual), ("no encoding but none", plain)):
    print(f"{name}: {rows} rows, {held / 1e6:.0f} MB of Arrow, {sent / 1e6:.0f} MB sent, {cpu:.1f} CPU s")
assert usual[2] < 0.8 * usual[1], "answers are no longer compressed"
assert plain[2] > plain[1] * 0.95
assert usual[3] > 1.5 * plain[3]
PY
