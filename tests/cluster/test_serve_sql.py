"""The SQL server in a process of its own, asked by a Python client and by beeline, two users at once."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyspark
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from deltalake import DeltaTable
from pyhive import hive

from smelt.spark.java import find_java_home
from smelt.sql.users import put_user
from tests.cluster.conftest import SHORT_LIVED
from tests.ports import free_port

PASSWORDS = {"anna": "correct-horse", "ben": "battery-staple"}


pytestmark = pytest.mark.timeout(3600)


@contextmanager
def served(project, local, folder, *arguments):
    """The port of a server for both users; it is ended by its process's own number."""
    for name, password in PASSWORDS.items():
        put_user(folder / "users", name, password)
    port = free_port()
    with open(folder / "log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "smelt.cli.app", "serve-sql", "--users", folder / "users", "--port", str(port),
             "--conf", project, *arguments, "--set", f"warehouse.root={local}", "--set", "spark.master=local[2]",
             "--set", "spark.driver_memory=1g", "--set", "spark.shuffle_partitions=2"],
            stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, "SMELT_PII_KEY": "not to be seen"},
        )  # fmt: skip
    said = process.stdout.readline()
    assert "jdbc:hive2://127.0.0.1" in said, (folder / "log").read_text("utf-8")[-4000:]
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(600) == 0


@pytest.fixture(scope="module")
def server(project, local, tmp_path_factory):
    with served(project, local, tmp_path_factory.mktemp("server")) as port:
        yield port


def connected(port, name, password=None):
    return hive.connect("127.0.0.1", port, username=name, password=password or PASSWORDS[name], auth="CUSTOM")


def asked(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_two_users_ask_at_once(server, local):
    expected = DeltaTable(str(local / "gold/training_splits")).to_pyarrow_table(columns=["split"]).num_rows

    def ask(name):
        with connected(server, name) as connection:
            return asked(connection, "SELECT count(*) FROM gold.training_splits")

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, PASSWORDS)) == [[(expected,)]] * 2


@pytest.mark.parametrize(("name", "password"), [("anna", "battery-staple"), ("nobody", "x"), ("", "x")])
def test_who_is_not_known_cannot_log_in(server, name, password):
    with pytest.raises(Exception, match=r"login"):
        connected(server, name, password)


@pytest.fixture(scope="module")
def anna(server):
    with connected(server, "anna") as connection:
        yield connection


def test_raw_tables_are_not_there(anna):
    schemas = {row[0] for row in asked(anna, "SHOW SCHEMAS")}
    assert schemas == {"default", "silver", "gold", "ops"}
    silver = {row[1] for row in asked(anna, "SHOW TABLES IN silver")}
    assert "conversations" in silver
    assert "pii_vault" not in silver


def test_questions_of_all_kinds_are_answered(anna):
    for question in (
        "SELECT split, count(*) AS n FROM gold.newest_release GROUP BY split HAVING n > 0 ORDER BY n DESC LIMIT 3",
        "WITH a AS (SELECT example_id FROM silver.examples)"
        " SELECT count(*) FROM a JOIN silver.scores USING (example_id)",
        "SELECT e.pos, e.col.role FROM gold.training_splits LATERAL VIEW posexplode(messages) e LIMIT 2",
        "SELECT * FROM (VALUES (1), (2)) v(x) WHERE x IN (SELECT max(id) FROM range(3)) UNION ALL SELECT 5",
        "SELECT value, sum(examples) OVER (ORDER BY value) FROM gold.label_distribution WHERE label = 'category'",
        "DESCRIBE gold.training_splits",
        "EXPLAIN SELECT 1",
        "SHOW TABLES IN gold",
    ):
        assert asked(anna, question), question
    with anna.cursor() as cursor:
        cursor.execute("USE gold")
    assert asked(anna, "SELECT release FROM releases")


def test_nothing_else_passes(anna, local):
    bronze = local / "bronze" / "tickets"
    for statement in (
        f"SELECT * FROM delta.`{bronze}`",
        f"SELECT * FROM parquet.`{bronze}`",
        f"SELECT (SELECT count(*) FROM text.`{local}`)",
        f"WITH a AS (SELECT * FROM delta.`{bronze}`) SELECT * FROM a",
        f"SELECT 1 WHERE EXISTS (SELECT * FROM json.`{bronze}/_delta_log`)",
        f"EXPLAIN SELECT * FROM delta.`{bronze}`",
        f"DESCRIBE delta.`{bronze}`",
        f"SELECT * FROM table_changes_by_path('{bronze}', 0)",
        f"SELECT * FROM IDENTIFIER('delta.`{bronze}`')",
        f"CREATE TABLE gold.mine USING delta LOCATION '{bronze}'",
        f"CREATE TEMPORARY VIEW v USING parquet OPTIONS (path '{bronze}')",
        "CREATE TEMPORARY VIEW v AS SELECT 1",
        "SELECT reflect('java.lang.System', 'getenv', 'SMELT_PII_KEY')",
        "SELECT java_method('java.lang.System', 'getProperty', 'user.home') FROM gold.releases",
        "SELECT TRANSFORM (1) USING 'cat /etc/passwd' AS (x)",
        "INSERT OVERWRITE DIRECTORY '/tmp/smelt-out' USING csv SELECT 1",
        "INSERT INTO gold.releases SELECT * FROM gold.releases",
        "DELETE FROM gold.training_splits",
        "UPDATE gold.releases SET rows = 1",
        "MERGE INTO gold.releases t USING gold.releases s ON t.release = s.release WHEN MATCHED THEN DELETE",
        "DROP TABLE gold.releases",
        "ALTER TABLE gold.releases SET TBLPROPERTIES ('a' = 'b')",
        "TRUNCATE TABLE gold.releases",
        "VACUUM gold.releases",
        "OPTIMIZE gold.releases",
        "ADD JAR /tmp/x.jar",
        "SET spark.sql.runSQLOnFiles=true",
        "SET -v",
        "CACHE TABLE x AS SELECT 1",
        "CREATE FUNCTION f AS 'java.lang.String'",
    ):
        with pytest.raises(hive.OperationalError) as refused:
            asked(anna, statement)
        said = str(refused.value)
        assert "is refused" in said or "PARSE_SYNTAX_ERROR" in said, statement
    assert asked(anna, "SELECT '${env:SMELT_PII_KEY}'") == [("${env:SMELT_PII_KEY}",)]


def beeline(address, name="ben"):
    jars = Path(pyspark.__file__).parent / "jars"
    java = Path(find_java_home()) / "bin" / "java"
    return subprocess.run(
        [java, "-cp", f"{jars}/*", "org.apache.hive.beeline.BeeLine", "-u", f"jdbc:hive2://{address}",
         "-n", name, "-p", PASSWORDS[name], "--outputformat=csv2", "--silent=true",
         "-e", "SELECT count(*) AS releases FROM releases"],
        env={**os.environ, **SHORT_LIVED}, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def test_beeline_asks_too(server):
    done = beeline(f"127.0.0.1:{server}/gold")
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[-2:] == ["releases", "1"]


def test_with_tls_only_who_trusts_the_certificate_asks(project, local, tmp_path):
    store = a_keystore(tmp_path / "server.p12", b"keystore-password")
    prefix = "spark.hadoop.hive.server2."
    given = {"use.SSL": "true", "keystore.path": str(store), "keystore.password": "keystore-password"}
    more = tmp_path / "tls.yaml"
    more.write_text(
        yaml.safe_dump({"spark": {"settings": {prefix + key: of for key, of in given.items()}}}), "utf-8"
    )
    with served(project, local, tmp_path, "--conf", more) as port:
        trusting = beeline(
            f"127.0.0.1:{port}/gold;ssl=true;sslTrustStore={store};trustStorePassword=keystore-password"
        )
        distrusting = beeline(f"127.0.0.1:{port}/gold;ssl=true")
        with pytest.raises(Exception, match=r"read 0 bytes|EOF|closed|reset"):
            connected(port, "ben")
    assert trusting.stdout.split()[-2:] == ["releases", "1"], trusting.stderr[-2000:]
    assert distrusting.returncode != 0
    assert "releases" not in distrusting.stdout


def a_keystore(file, password):
    """A key and its own certificate for 127.0.0.1, as PKCS #12."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    sealed = serialization.BestAvailableEncryption(password)
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"smelt", key, certificate, None, sealed))
    return file
