#!/usr/bin/env bash
# PySpark 3.5 over Spark Connect: a map or array column cannot be looked up by another column with [].
#
# `prices[F.col("item")]` is how a value is looked up in a map whose key is a column. With a classic session it works; code that is then
# moved to Spark Connect stops while the expression is written, before any server is asked, with UNSUPPORTED_DATA_TYPE and the words
# "Unsupported DataType `Column`". PySpark 4.1 takes it over Connect, too. `F.element_at(prices, F.col("item"))` works in all of them.
#
# Seen on 2026-11-29 with Python 3.11.7, Java 17:
#   pyspark 3.5.9 classic: 3
#   pyspark 3.5.9 connect: [UNSUPPORTED_DATA_TYPE] Unsupported DataType `Column`.
#   pyspark-client 4.1.2 connect: Column
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/old" && python3 -m venv "$work/new"
"$work/old/bin/pip" install --quiet --disable-pip-version-check pyspark==3.5.9 "pandas<3" "numpy<2.5" pyarrow==21.0.0 grpcio==1.76.0 grpcio-status==1.76.0 googleapis-common-protos==1.72.0
"$work/new/bin/pip" install --quiet --disable-pip-version-check pyspark-client==4.1.2 "pandas<3" pyarrow==26.0.1
cd "$work"
cat >lookup.py <<'PY'
import pyspark
import pyspark.sql.connect.functions as F

prices = F.create_map(F.lit("tea"), F.lit(3))
try:
    said = type(prices[F.col("item")]).__name__
except Exception as error:
    said = str(error)
print(f"connect: {said}")
PY
cat >classic.py <<'PY'
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
prices = F.create_map(F.lit("tea"), F.lit(3))
print("classic:", spark.sql("SELECT 'tea' AS item").select(prices[F.col("item")].alias("price")).first()["price"])
PY
{
  echo "pyspark 3.5.9 $(old/bin/python classic.py 2>/dev/null)"
  echo "pyspark 3.5.9 $(old/bin/python lookup.py)"
  echo "pyspark-client 4.1.2 $(new/bin/python lookup.py)"
} | tee said
diff said - <<'SAID'
pyspark 3.5.9 classic: 3
pyspark 3.5.9 connect: [UNSUPPORTED_DATA_TYPE] Unsupported DataType `Column`.
pyspark-client 4.1.2 connect: Column
SAID
