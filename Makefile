# make run: everything, from nothing to a served chat page. make test: lint, types, tests. See README.md.
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
# Where pip finds the CPU build of torch; empty: the package index that pip uses anyway. See README.md.
TORCH_INDEX ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
EXTRA_INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: run check test setup setup-dev lint eval eval-model bench train fit load audit docs screenshots clean

run: setup
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/ohjenuora serve --host $(HOST) --port $(PORT)

setup: $(VENV)/.installed

setup-dev: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet $(EXTRA_INDEX) --constraint constraints.txt torch
	$(PIP) install --quiet $(EXTRA_INDEX) --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet $(EXTRA_INDEX) --constraint constraints.txt --editable ".[dev]"
	touch $@

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Tests run in two processes, each with one of two cores. Fewer or more: make test WORKERS=1.
WORKERS ?= 2
# What can be told in a minute: style, types, and the tests that need neither model nor browser.
check: lint
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not slow"

test: lint
	OMP_WAIT_POLICY=passive $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

eval: setup-dev
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/python -m eval all --out "$${OHJENUORA_DATA_DIR:-var}/eval" --gate

# The held-out questions worded by a real small language model from the package index, checked and unchecked: about 25 minutes.
eval-model: setup-dev
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/python -m tests.support.model_server -- $(BIN)/python -m eval wording --questions eval/questions/heldout.jsonl --out "$${OHJENUORA_DATA_DIR:-var}/eval"

# Below ten minutes. BENCH=--large also builds an index of 10,000 passages; BENCH=--keep keeps the figures.
bench: setup-dev
	$(BIN)/python -m eval.bench $(BENCH)

# The reader from nothing, for hours; goes on from the last checkpoint. What DATA and MARKED hold: eval/training/README.md.
train: setup-dev
	$(BIN)/python -m eval.training.train --data $(DATA) --marked $(MARKED) --out "$${OHJENUORA_DATA_DIR:-var}/reader"

# What is fitted on the encoder and the reader, and rests on their weights: the recogniser, then the decision. 20 minutes.
fit: setup-dev
	$(BIN)/python -m eval.training.recognition
	$(BIN)/python -m eval.fit --write

# Ten times the load that the service can bear, for a minute: docs/measurements.md.
load: setup-dev
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/python -m tests.support.load

# What the service depends on, its licences and known vulnerabilities: var/dependencies.md.
audit: setup-dev
	$(BIN)/python -m tests.support.audit

# The guides as a site: var/site/index.html.
docs: setup-dev
	$(BIN)/mkdocs build --quiet

screenshots: setup-dev
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/python -m tests.support.screenshots var/screenshots

clean:
	rm -rf $(VENV) var *.egg-info .mypy_cache .pytest_cache .ruff_cache
