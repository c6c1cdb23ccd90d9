"""Ports for servers that are started on a number of their own."""

from __future__ import annotations

import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST = 10_000


def free_port() -> int:
    """A port of loopback that nobody listens at, below those that the system gives to whoever connects.

    A server takes seconds until it listens. One of the system's numbers may be a client's by then.
    """
    first_of_clients = int(RANGE.read_text("ascii").split()[0]) if RANGE.exists() else 32_768
    dice = random.SystemRandom()
    while True:
        port = dice.randrange(LOWEST, max(first_of_clients, LOWEST + 1_000))
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
