"""What the tests of deploy/ share: a small project with a reader plugin, the wheel, and environments to ship."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

import pytest
import yaml

from smelt.generate.config import GenerateConfig
from smelt.generate.generator import generate
from smelt.generate.project import write_project

ROOT = Path(__file__).parents[2]
RECORDS = 100
SHORT_LIVED = {"JDK_JAVA_OPTIONS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"}
"""Of Java programs that end before the optimising compiler pays off; a local session has the same (SparkConfig)."""

READER = '''\
"""Lines ``key|question|answer``, whose separator only the environment of the executors knows."""

from smelt.intake.records import Record


class Lines:
    def read(self, text, file):
        from only_in_the_archive import SEPARATOR

        for number, line in enumerate(text.splitlines(), 1):
            key, question, answer = line.split(SEPARATOR)
            turns = [{"role": "customer", "text": question}, {"role": "agent", "text": answer}]
            yield Record({"call": key, "turns": turns}, f"line {number}")
'''


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Path:
    """Generated data and a source of a reader plugin's; the configuration's file."""
    folder = tmp_path_factory.mktemp("project")
    config = GenerateConfig(records=RECORDS, seed=3)
    generate(folder, config, lambda step: None)
    file = write_project(folder, config.kinds)
    declared = yaml.safe_load(file.read_text("utf-8"))
    (folder / "readers").mkdir()
    (folder / "readers" / "lines.py").write_text(READER, "utf-8")
    (folder / "lines").mkdir()
    (folder / "lines" / "calls.txt").write_text(
        "c1|How do I cancel the blue subscription before it is renewed?"
        "|Open the billing page, choose the subscription and press cancel before the last day.\n",
        "utf-8",
    )
    declared["intake"]["sources"].append(
        {
            "name": "lines", "kind": "transcripts", "format": "plugin", "reader": "readers/lines.py",
            "path": "lines", "glob": "*.txt", "mapping": {"source_key": "call"},
            "turns": {"path": "turns", "role": "role"}, "constants": {"language": "en", "category": "billing"},
        }
    )  # fmt: skip
    file.write_text(yaml.safe_dump(declared), "utf-8")
    return file


@pytest.fixture(scope="session")
def shipped(tmp_path_factory) -> Path:
    """The wheel of this checkout under the name that executors can import."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "-w", folder, ROOT], check=True)
    return next(folder.glob("*.whl")).rename(folder / "smelt-under-test.zip")


@pytest.fixture(scope="session")
def archive(tmp_path_factory) -> Path:
    """A packed environment: a Python with the packages of this one, smelt excepted, and a module of its own."""
    packages = [path for path in sys.path if path.endswith("site-packages")]
    modules = {"smelt_packages.pth": "\n".join(packages), "only_in_the_archive.py": 'SEPARATOR = "|"\n'}
    return packed(tmp_path_factory.mktemp("archive"), modules)


@pytest.fixture(scope="session")
def bare_archive(tmp_path_factory) -> Path:
    """A packed environment that lacks Polars and the rest, and has what Spark itself needs."""
    import numpy
    import pandas
    import pyarrow

    folder = tmp_path_factory.mktemp("bare")
    few = folder / "few"
    few.mkdir()
    for package in (numpy, pandas, pyarrow):
        where = Path(package.__file__).parent
        for found in [where, *where.parent.glob(f"{where.name}.libs"), *where.parent.glob(f"{where.name}-*")]:
            (few / found.name).symlink_to(found)
    for name in ("dateutil", "six.py", "pytz", "tzdata"):
        found = next((Path(path, name) for path in sys.path if Path(path, name).exists()), None)
        if found:
            (few / name).symlink_to(found)
    return packed(folder, {"few.pth": str(few)})


def packed(folder: Path, modules: dict[str, str]) -> Path:
    """An environment as venv-pack makes one, with ``modules`` in its site-packages."""
    made = folder / "made"
    venv.create(made, symlinks=True, with_pip=False)
    packages = next((made / "lib").glob("python3.*")) / "site-packages"
    for name, text in modules.items():
        (packages / name).write_text(text, "utf-8")
    out = folder / "environment.tar.gz"
    with tarfile.open(out, "w:gz") as tar:
        for entry in sorted(os.listdir(made)):
            tar.add(made / entry, entry)
    return out


@pytest.fixture(scope="session")
def local(project, tmp_path_factory):
    """The warehouse of the same run by the embedded engine; the plugin's module is on that process's path."""
    root = tmp_path_factory.mktemp("local") / "warehouse"
    beside = tmp_path_factory.mktemp("beside")
    (beside / "only_in_the_archive.py").write_text('SEPARATOR = "|"\n', "utf-8")
    subprocess.run(
        [sys.executable, "-m", "smelt.cli.app", "run", "--conf", project, "--set", f"warehouse.root={root}",
         "--set", "spark.engine=sail"],
        env={**os.environ, "PYTHONPATH": str(beside)}, check=True, capture_output=True, timeout=1800,
    )  # fmt: skip
    return root
