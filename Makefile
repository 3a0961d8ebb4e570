# Everything below needs only python3 (3.11 or newer) and make; `make lock` also needs uv.

PYTHON ?= python3
PORT ?=
# Tests run in as many processes as there are processors, four at most; WORKERS=0 for one, as a debugger needs.
WORKERS ?= auto
ARGS ?=

BIN := .venv/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet
RUNTIME := .venv/.runtime
DEV := .venv/.dev
PAGES := .venv/.pages

.DEFAULT_GOAL := help
.PHONY: help run test test-pages browser lint coverage bench openapi lock topology campaign docker-lint clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{printf "%-20s %s\n", $$1, $$2}'

run: $(RUNTIME) ## start the service with demo data (PORT=9000 for another port)
	@$(PY) -m app serve $(if $(PORT),--port $(PORT)) $(ARGS)

test: $(DEV) ## run all tests (ARGS="-k name" for some)
	@$(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile $(ARGS)

test-pages: $(DEV) $(PAGES) browser ## drive the pages in a real browser (SHOTS=directory keeps the pictures)
	@$(PY) -m pytest tests/pages $(ARGS)

lint: $(DEV) ## check style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

coverage: $(DEV) ## run all tests and say which lines none of them reached
	@$(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --cov --cov-report=term $(ARGS)

bench: $(DEV) ## measure
	@$(PY) -m benchmarks $(ARGS)

openapi: $(DEV) ## write the OpenAPI document and its examples anew
	@WRITE_EXAMPLES=1 $(PY) -m pytest -q tests/contract/test_examples.py -k answers >/dev/null
	@$(PY) -m app openapi --write

lock: ## choose dependencies anew
	@command -v uv >/dev/null || { echo "make lock needs uv (python3 -m pip install uv)" >&2; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  pyproject.toml -o requirements/runtime.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra dev \
	  -c requirements/runtime.lock pyproject.toml -o requirements/dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra pages \
	  -c requirements/dev.lock pyproject.toml -o requirements/pages.lock

topology: $(DEV) ## start what docker-compose.yml describes, as plain processes
	@$(PY) -m scripts.topology

campaign: $(DEV) ## the long races and kills, at full size
	@CAMPAIGN=full $(PY) -m pytest -m slow tests $(ARGS)

docker-lint: $(DEV) ## check Dockerfile and docker-compose.yml
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

clean: ## remove what tools left behind; the data and .venv stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov build
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

# Chromium and a Chinese font come from the system, never from a download of the test tool.
browser:
	@scripts/browser.sh

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing; install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("$(PYTHON) is Python %d.%d; this needs 3.11 or newer: make PYTHON=python3.12 ..." % v[:2])'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "could not create .venv (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }

# The stamps say which lock the environment was made from, so that installing happens once per change of it.
$(RUNTIME): requirements/runtime.lock | $(PY)
	@echo "Installing requirements/runtime.lock ..."
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.lock $(RUNTIME) | $(PY)
	@echo "Installing requirements/dev.lock ..."
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(PAGES): requirements/pages.lock $(DEV) | $(PY)
	@echo "Installing requirements/pages.lock ..."
	@$(PIP) install --require-hashes -r $<
	@touch $@
