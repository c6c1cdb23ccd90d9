"""A small world to break: landing files, warehouses, and the processes that write to them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project

SECRET = "c0ffee" * 8
CUSTOMER = "CHAOS-PLANTED-1"
MARK = "chaosplanted"
RELEASE = "final"


@dataclass
class Run:
    """A process of smelt in a group of its own."""

    name: str
    process: subprocess.Popen
    log: Path

    def children(self) -> dict[str, list[int]]:
        """Process numbers below it: java, and Python workers."""
        found: dict[str, list[int]] = {"java": [], "worker": []}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == self.process.pid:
                continue
            try:
                group = os.getpgid(int(entry.name))
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if group == self.process.pid or self._is_below(int(entry.name)):
                kind = "java" if b"java" in command.split(b"\0")[0] else "worker"
                found[kind].append(int(entry.name))
        return found

    def _is_below(self, pid: int) -> bool:
        while pid > 1:
            try:
                pid = int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                return False
            if pid == self.process.pid:
                return True
        return False

    def end(self, timeout: float = 400) -> int:
        """Wait for its end; its exit code."""
        return self.process.wait(timeout)

    def kill_all(self) -> None:
        """SIGKILL to the process and all below it."""
        below = self.children()
        for pid in (self.process.pid, *below["java"], *below["worker"]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def said(self) -> str:
        """What it wrote."""
        return self.log.read_text("utf-8", "replace")


@dataclass
class World:
    """Landing files in two parts, and a warehouse that took in the first."""

    folder: Path
    records: int
    conf: Path = field(init=False)
    later: dict[str, bytes] = field(init=False)
    usual: float = 0.0

    def __post_init__(self) -> None:
        config = GenerateConfig(records=self.records, seed=29)
        source, self.landing = self.folder / "whole", self.folder / "landing"
        generate(source, config, lambda step: None)
        generate(self.landing, GenerateConfig(records=self.records, seed=31), lambda step: None)
        self.conf = write_project(self.landing, config.kinds)
        settings = self.conf.read_text("utf-8").replace("demo: true", "demo: false")
        self.conf.write_text(settings, "utf-8")
        self.later = {}
        for file in sorted(source.rglob("*")):
            if file.is_file() and "truth" not in file.parts and file.suffix != ".yaml":
                path = file.relative_to(source)
                name = path.with_name(f"later-{path.name}")
                if (self.landing / path.parent).is_dir():
                    self.later[str(name)] = file.read_bytes()
        self._plant()
        first = self.start("run", "--release", "first")
        if first.end():
            sys.exit(f"the first run failed:\n{first.said()}")
        shutil.copytree(self.root, self.template)
        for name, content in self.later.items():
            (self.landing / name).write_bytes(content)
        began = time.monotonic()
        whole = self.start("run", "--release", RELEASE)
        if whole.end():
            sys.exit(f"the undisturbed run failed:\n{whole.said()}")
        self.usual = time.monotonic() - began
        shutil.move(self.root, self.undisturbed)

    @property
    def root(self) -> Path:
        return self.folder / "house"

    @property
    def template(self) -> Path:
        return self.folder / "template"

    @property
    def undisturbed(self) -> Path:
        return self.folder / "undisturbed"

    def _plant(self) -> None:
        """One customer who may be forgotten, with a good ticket and a broken one."""
        tickets = next(path for path in sorted((self.landing / "tickets").glob("*.jsonl")))
        planted = _renamed(next(filter(None, map(_usable, tickets.read_bytes().splitlines()))))
        text = (
            json.dumps(planted, ensure_ascii=False)
            + "\n"
            + json.dumps(planted, ensure_ascii=False)[:-9]
            + "\n"
        )
        (self.landing / "tickets" / "planted.jsonl").write_text(text, "utf-8")

    def fresh(self) -> None:
        """The warehouse as it was after the first part, with the second part in the landing."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.template, self.root)
        self.restore()

    def restore(self) -> None:
        """Put back the files of the second part that differ, and take away what else was put there."""
        for file in self.landing.rglob("copied-*"):
            file.unlink()
        for name, content in self.later.items():
            file = self.landing / name
            if not file.exists() or file.read_bytes() != content:
                file.write_bytes(content)

    def start(self, command: str, *arguments: str, root: Path | None = None) -> Run:
        """Start a command on the warehouse."""
        log = self.folder / f"{command}-{time.monotonic_ns()}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "smelt.cli.app", command, "--conf", str(self.conf), *arguments),
                    *("--set", f"warehouse.root={root or self.root}", "--set", "spark.driver_memory=1g"),
                    *("--set", "spark.master=local[2]", "--set", "dataset_quality.volume.minimum=1"),
                ],
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=os.environ | {"SMELT_PII_KEY": SECRET},
                start_new_session=True,
            )
        return Run(command, process, log)


def _usable(line: bytes) -> dict | None:
    try:
        ticket = json.loads(line)
    except ValueError:
        return None
    is_whole = isinstance(ticket, dict) and isinstance(ticket.get("requester"), dict)
    return ticket if is_whole and isinstance(ticket.get("description"), str) else None


def _renamed(ticket: dict) -> dict:
    """The ticket as another one of the planted customer, whose mark stands in every text."""

    def changed(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: changed(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [changed(each, key) for each in value]
        if isinstance(value, str) and key in ("description", "body", "subject"):
            return f"{value} {MARK}"
        return value

    planted = changed(ticket)
    assert isinstance(planted, dict)
    planted["id"] = f"{MARK}-1"
    planted["requester"] |= {"id": CUSTOMER, "email": f"{MARK}@mail.example", "name": "Chaos Planted"}
    return planted
