# make run: everything, from nothing to a served chat page. make test: lint, types, tests. See README.md.
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
# Where pip finds the CPU build of torch; empty: the package index that pip uses anyway. See README.md.
TORCH_INDEX ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Nothing but torch may come from there: what it needs is installed by then.
TORCH_FROM := $(if $(TORCH_INDEX),--no-deps --index-url $(TORCH_INDEX))

.PHONY: run check test setup setup-dev lock lint eval eval-model bench train train-cross fit load soak audit docs screenshots image open-webui clean

run: setup
	$(BIN)/ohjenuora serve --host $(HOST) --port $(PORT)

setup: $(VENV)/.installed

setup-dev: $(VENV)/.installed-dev

# What the service is made of has to have the digests of requirements.txt; why torch has none: docs/security/supply-chain.md.
$(VENV)/.installed: pyproject.toml constraints.txt requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --no-deps --require-hashes --requirement requirements.txt
	$(PIP) install --quiet $(TORCH_FROM) --constraint constraints.txt torch
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --no-build-isolation --editable ".[dev]"
	touch $@

# requirements.txt anew, after a change of pyproject.toml or constraints.txt: the versions stay those of constraints.txt.
lock: setup
	$(PIP) install --quiet uv==0.13.9
	echo "torch; python_version < '0'" | $(BIN)/uv pip compile pyproject.toml requirements.in --override - \
		--constraint constraints.txt --universal --python-version 3.11 --generate-hashes --no-annotate --quiet \
		--custom-compile-command "make lock" --output-file requirements.txt

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Tests run in two processes, each with one of two cores. Fewer or more: make test WORKERS=1.
WORKERS ?= 2
# What can be told in about two minutes: style, types, and the tests that need neither model nor browser.
check: lint
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not slow"

# All tests: about fourteen minutes on two cores.
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

# Encoder and reader, for hours; goes on from the last checkpoint. DATA, MARKED and TRAIN: eval/training/README.md.
train: setup-dev
	$(BIN)/python -m eval.training.train --data $(DATA) --marked $(MARKED) --out "$${OHJENUORA_DATA_DIR:-var}/reader" $(TRAIN)

# The cross-reader, on the encoder as it is: after each training of the encoder, and before make fit.
train-cross: setup-dev
	$(BIN)/python -m eval.training.train_cross --out "$${OHJENUORA_DATA_DIR:-var}/reader" $(TRAIN)

# What is fitted on the encoder and the reader, and rests on their weights: the recogniser, the model of
# material, then the decision. 20 minutes.
fit: setup-dev
	$(BIN)/python -m eval.training.recognition
	$(BIN)/python -m eval.training.material
	$(BIN)/python -m eval.fit --write

# Ten times the load that the service can bear, for a minute: docs/measurements.md.
load: setup-dev
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/python -m tests.support.load

# Some minutes of mixed use while things break: kills, a full disk, a database that restarts, a clock that jumps.
MINUTES ?= 5
soak: setup-dev
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/python -m tests.support.soak $(MINUTES)

# What the service depends on, its licences and known vulnerabilities: var/dependencies.md, var/sbom.cdx.json.
audit: setup-dev
	$(BIN)/python -m tests.support.audit

# The guides as a site: var/site/index.html.
docs: setup-dev
	$(BIN)/mkdocs build --quiet

screenshots: setup-dev
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	$(BIN)/python -m tests.support.screenshots var/screenshots

# The image, built from its recipe as it stands and tried, without a daemon: as root, with buildah and debootstrap.
# OPTIONS are buildah's, such as --build-arg=TORCH_INDEX=… or --volume=… for a mirror's certificate.
image: setup-dev
	$(BIN)/python -m tests.support.built_image $(OPTIONS)

# A real Open WebUI, in an environment of its own because its pins are not ours, asks the service in a real browser.
# docs/open-webui.png is its picture. Some gigabytes.
OPEN_WEBUI := $(VENV)/open-webui/bin/open-webui
open-webui: $(OPEN_WEBUI)
	@test -f "$${OHJENUORA_DATA_DIR:-var}/index/CURRENT" || $(BIN)/ohjenuora index
	OPEN_WEBUI=$(CURDIR)/$(OPEN_WEBUI) $(BIN)/python -m pytest tests/test_open_webui.py
	OPEN_WEBUI=$(CURDIR)/$(OPEN_WEBUI) $(BIN)/python -m tests.support.open_webui docs/open-webui.png

$(OPEN_WEBUI): $(VENV)/.installed-dev
	$(PYTHON) -m venv $(VENV)/open-webui
	$(VENV)/open-webui/bin/pip install --quiet $(TORCH_FROM) --constraint constraints.txt torch
	$(VENV)/open-webui/bin/pip install --quiet open-webui==0.12.4

clean:
	rm -rf $(VENV) var *.egg-info .mypy_cache .pytest_cache .ruff_cache
