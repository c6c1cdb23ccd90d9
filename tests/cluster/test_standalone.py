"""A Spark standalone cluster of this machine: a master, two workers, and a run through deploy/spark_submit.sh.

The executors have working directories of their own and the Python of a packed environment; smelt, the configuration
and a reader plugin are shipped. The release must be the one that the embedded engine makes on
this machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from deltalake import DeltaTable

from smelt.spark.delta_jars import delta_jars
from smelt.spark.java import find_java_home
from tests.cluster.conftest import ROOT, SHORT_LIVED

BOTH = """\
ARCHIVE=$BARE {submit} run --conf {conf} --set warehouse.root={refused} >$SAID 2>&1 && exit 9
{submit} run --conf {conf} --set warehouse.root={root}
"""


pytestmark = pytest.mark.timeout(3600)


@pytest.fixture(scope="module")
def cluster(project, shipped, archive, bare_archive, tmp_path_factory):
    """Folder of the cluster, and what the two commands said that ran on it, one after the other."""
    folder = tmp_path_factory.mktemp("cluster")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    script = BOTH.format(
        submit=ROOT / "deploy" / "spark_submit.sh", conf=project, root=folder / "warehouse",
        refused=folder / "refused",
    )  # fmt: skip
    import pyspark

    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SPARK", "PYSPARK"))},
        **SHORT_LIVED,
        "PATH": f"{Path(pyspark.__file__).parent / 'bin'}:{os.environ['PATH']}",
        "JAVA_HOME": find_java_home() or "",
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "DELTA_JARS": ",".join(delta_jars()),
        "PYTHON": sys.executable,
        "SMELT_ZIP": str(shipped),
        "ARCHIVE": str(archive),
        "BARE": str(bare_archive),
        "SAID": str(folder / "refused.log"),
        "FOLDER": str(folder),
        "SUBMIT_ARGS": "--driver-memory 1g --executor-memory 900m --conf spark.sql.shuffle.partitions=2",
    }
    done = subprocess.run(
        [ROOT / "deploy" / "local_cluster.sh", "bash", "-c", script],
        env=environment, cwd=elsewhere, capture_output=True, text=True, check=False, timeout=2400,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return folder, done


def rows(root, table, *columns):
    return DeltaTable(str(root / table)).to_pyarrow_table(columns=list(columns) or None).to_pylist()


def test_the_release_is_the_one_of_the_embedded_engine(cluster, local):
    folder, _ = cluster
    [made] = rows(folder / "warehouse", "gold/releases", "fingerprint", "rows")
    [expected] = rows(local, "gold/releases", "fingerprint", "rows")
    assert made == expected
    assert made["rows"] > 0


def test_the_plugins_record_went_through_the_packed_environment(cluster):
    folder, _ = cluster
    found = rows(folder / "warehouse", "silver/conversations", "source")
    assert {"source": "lines"} in found
    for worker in ("worker1", "worker2"):
        [unpacked, *_] = sorted((folder / worker).glob("app-*-0001/*/environment/bin/python"))
        assert unpacked.exists()
        assert list((folder / worker).glob("app-*/*/smelt-under-test.zip"))


def test_executors_that_lack_packages_are_told_in_a_line_before_anything_is_read(cluster):
    folder, _ = cluster
    said = (folder / "refused.log").read_text("utf-8")
    lines = [line for line in said.splitlines() if "lacks" in line]
    assert len(lines) == 1
    assert "polars" in lines[0]
    assert "Traceback" not in said
    assert not (folder / "refused" / "bronze").exists()


def test_nothing_of_the_cluster_is_left(cluster):
    folder, _ = cluster
    left = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = process.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in said and "spark.deploy" in said:
            left.append(process.parent.name)
    assert left == []
