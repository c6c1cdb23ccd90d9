"""A small world to break: landing files that come in parts, warehouses on a disk of their own, and processes."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import yaml

from smelt.generate.config import GenerateConfig, Kind
from smelt.generate.generator import generate
from smelt.generate.project import write_project
from tests.chaos.disk import mounted, remount
from tests.chaos.process import STAGES, Pool, Smelt
from tests.chaos.serve import ENGINES, SAIL, SPARK

SECRET = "c0ffee" * 8
CUSTOMER = "CHAOS-PLANTED-1"
MARK = "chaosplanted"
RELEASE = "final"
PARTS = 30
"""Into which the later landing is cut: each brings new records while something is harmed."""
DISK_KB = 1 << 20
SLOWER = 5
"""Times that Spark takes for a stage, until it is seen."""


class Failed(Exception):
    """Raised when a command that nobody disturbs fails."""


@dataclass
class Usual:
    """What an undisturbed run takes: seconds a stage, and about the kB that it writes for a part."""

    seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    """By engine."""
    kilobytes: int = 0

    def total(self, engine: str) -> float:
        """Seconds of all stages."""
        return sum(self.seconds[engine].values())


class World:
    """Landing files of which the first were taken in, warehouses, and the undisturbed ones to compare with."""

    def __init__(self, folder: Path, records: int, kinds: tuple[Kind, ...]) -> None:
        self.folder = folder
        self.landing = folder / "landing"
        self.disk = folder / "disk"
        self.template, self.undisturbed = folder / "template", folder / "undisturbed"
        self.usual = Usual()
        self.ends = float("inf")
        self.parts: list[dict[str, bytes]] = []
        self.disk.mkdir(parents=True, exist_ok=True)
        self.has_disk = mounted(self.disk, "-t", "tmpfs", "-o", f"size={DISK_KB}k", "tmpfs")
        self.conf = folder / "smelt.yaml"
        self.pool = Pool(folder, {"SMELT_PII_KEY": SECRET, "SMELT_TRACEBACK": "1"})
        self._write_landing(records, kinds)

    # -- landing -----------------------------------------------------------------------------------

    def _write_landing(self, records: int, kinds: tuple[Kind, ...]) -> None:
        shutil.rmtree(self.landing, ignore_errors=True)
        generate(self.landing, GenerateConfig(records=records, seed=31, kinds=kinds), lambda step: None)
        project = write_project(self.landing, kinds)
        settings = yaml.safe_load(project.read_text("utf-8"))
        settings["pii"]["key"] = {"demo": False}
        settings["intake"]["landing"] = str(self.landing)
        settings["dataset_quality"] = {"volume": {"minimum": 1}}
        # Scores are compared with what is known when they are given: without a corpus no order of arrival matters.
        settings["quality"] = {"corpus": {"minimum_pairs": 1_000_000, "articles": 0}}
        self.conf.write_text(yaml.safe_dump(settings), "utf-8")
        project.unlink()
        whole = self.folder / "whole"
        shutil.rmtree(whole, ignore_errors=True)
        generate(whole, GenerateConfig(records=records * 2, seed=29, kinds=kinds), lambda step: None)
        shutil.rmtree(whole / "truth", ignore_errors=True)
        self.parts = [{} for _ in range(PARTS)]
        for number, file in enumerate(sorted(file for file in whole.rglob("*") if file.is_file())):
            for part, content in _cut(file, number):
                name = file.relative_to(whole).with_name(f"part{part}-{file.name}")
                self.parts[part][str(name)] = content
        self._plant()

    def _plant(self) -> None:
        """One customer who may be forgotten, with a good ticket and a broken one."""
        tickets = next(path for path in sorted((self.landing / "tickets").glob("*.jsonl")))
        planted = _renamed(next(filter(None, map(_usable, tickets.read_bytes().splitlines()))))
        line = json.dumps(planted, ensure_ascii=False)
        self.planted = self.landing / "tickets" / "planted.jsonl"
        self.planted.write_text(f"{line}\n{line[:-9]}\n", "utf-8")

    def bring(self, part: int) -> list[Path]:
        """Put a part into the landing as it should be; its files."""
        files = []
        for name, content in self.parts[part].items():
            file = self.landing / name
            if not file.exists() or file.read_bytes() != content:
                file.write_bytes(content)
            files.append(file)
        return files

    def bring_all(self) -> None:
        """All parts as they should be, and nothing else beside them."""
        for file in self.landing.rglob("copied-*"):
            file.unlink()
        for part in range(PARTS):
            self.bring(part)

    def take_parts_away(self) -> None:
        """The landing as it was at first."""
        for file in (*self.landing.rglob("part*-*"), *self.landing.rglob("copied-*")):
            file.unlink()

    # -- warehouses --------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Fill the template and the undisturbed warehouse; what this code prepared here before is used again."""
        noted = self.folder / f"usual-{_code()}.json"
        if noted.exists():
            self.usual = Usual(**json.loads(noted.read_text("utf-8")))
            return
        for old in (self.template, self.undisturbed, self.folder / "undisturbed-forgotten"):
            shutil.rmtree(old, ignore_errors=True)
        self.take_parts_away()
        process = self.pool.take()
        self.root = self.disk / "first"
        self.must(process, "run", "--release", "first")
        shutil.copytree(self.root, self.template)
        self.fresh()
        self.bring_all()
        before = self.used()
        self.must(process, "run", "--release", RELEASE)
        took = process.seconds()
        slower = {stage: SLOWER * seconds for stage, seconds in took.items()}
        by_engine = {engine: slower if engine == SPARK else dict(took) for engine in ENGINES}
        self.usual = Usual(by_engine, (self.used() - before) // 2)
        shutil.copytree(self.root, self.undisturbed)
        self.pool.give_back(process)
        noted.write_text(json.dumps(asdict(self.usual)), "utf-8")

    def without_the_customer(self) -> Path:
        """A warehouse that nobody disturbed either, but where the planted customer was forgotten on the way."""
        place = self.folder / "undisturbed-forgotten"
        if not place.exists():
            root, self.root = self.root, self.disk / f"forgotten-{time.time_ns()}"
            shutil.copytree(self.template, self.root)
            process = self.pool.take()
            self.must(process, "forget", "--customer", CUSTOMER, "--vacuum")
            self.must(process, "run", "--release", RELEASE)
            self.pool.give_back(process)
            shutil.move(self.root, place)
            self.root = root
        return place

    def fresh(self) -> None:
        """A warehouse as it was after the first part, at a place that no process knows yet; no other part has come."""
        for old in self.disk.iterdir():
            shutil.rmtree(old, ignore_errors=True)
        self.root = self.disk / f"house-{time.time_ns()}"
        shutil.copytree(self.template, self.root)
        self.take_parts_away()

    def learn(self, process: Smelt) -> None:
        """What stages took just now, as the machine is busier at times than at others."""
        known = self.usual.seconds[process.engine]
        for stage, took in process.seconds().items():
            if took >= 0.1 and stage in known:  # less is one that was passed over
                known[stage] = 0.3 * known[stage] + 0.7 * took

    def is_written(self) -> bool:
        """Whether some process holds the warehouse's lease."""
        claims = sorted((self.root / ".lease").glob("[0-9]*.json"))
        try:
            return bool(claims) and json.loads(claims[-1].read_text("utf-8"))["state"] == "held"
        except (OSError, ValueError):  # it was replaced just now
            return False

    def is_late(self) -> bool:
        """Whether the time that was given is over."""
        return time.monotonic() > self.ends

    def used(self) -> int:
        """Kilobytes below the warehouses."""
        if self.has_disk:
            return shutil.disk_usage(self.disk).used >> 10
        return sum(file.stat().st_size for file in self.root.rglob("*") if file.is_file()) >> 10

    def limit(self, kilobytes: int) -> None:
        """The disk holds so much, and no more."""
        remount(self.disk, f"size={kilobytes}k")

    def close(self) -> None:
        """End all processes, and take the disk away."""
        self.pool.close()
        if self.has_disk:
            subprocess.run(["umount", "-l", str(self.disk)], check=False)

    # -- commands ----------------------------------------------------------------------------------

    def start(self, process: Smelt, command: str, *arguments: str, days_behind: int = 0) -> None:
        """Begin a command on the warehouse."""
        root = f"warehouse.root={self.root}"
        process.start(command, "--conf", str(self.conf), "--set", root, *arguments, days_behind=days_behind)

    def must(self, process: Smelt, command: str, *arguments: str) -> None:
        """A command that nobody disturbs; raises Failed where it does not end well."""
        self.start(process, command, *arguments)
        if process.end():
            raise Failed(f"{command} that nobody disturbed failed: {process.said()[-3000:]}")

    def moment(
        self, dice: random.Random, *, engine: str = SAIL, first: str = STAGES[0], last: str = STAGES[-2]
    ) -> tuple[str, float]:
        """A stage from ``first`` to ``last``, and seconds into it, at random over the time that they usually take."""
        stages = STAGES[STAGES.index(first) : max(STAGES.index(first), STAGES.index(last)) + 1]
        usual = self.usual.seconds[engine]
        times = [max(0.05, usual.get(stage, 1.0)) for stage in stages]
        (stage,) = dice.choices(stages, times)
        return stage, dice.uniform(0.05, 0.6) * usual.get(stage, 1.0)


def _code() -> str:
    """A digest of smelt's code: other code may make other rows."""
    digest = hashlib.sha256()
    for module in ("smelt", "smelt.jobs"):
        place = importlib.util.find_spec(module)
        assert place is not None
        for file in sorted(Path(str(place.origin)).parent.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _cut(file: Path, number: int) -> list[tuple[int, bytes]]:
    """Parts of a file and the number of each: its lines dealt out, or the whole of what is not a record a line."""
    lines = file.read_bytes().splitlines(keepends=True)
    if file.suffix == ".jsonl":
        return [(part, b"".join(lines[part::PARTS])) for part in range(PARTS)]
    return [(number % PARTS, b"".join(lines))]


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
