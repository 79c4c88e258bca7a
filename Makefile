# Front door. Everything lands in $(VENV); nothing else on the machine is touched.
PYTHON ?= python3
VENV ?= .venv
PROXY ?= caddy
ARGS ?=
BIN := $(VENV)/bin

.PHONY: help demo test lint bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    the main job with a real proxy and real certificates (PROXY=nginx for the other one)"
	@echo "make test    all tests"
	@echo "make lint    formatter, linter, types, import contracts"
	@echo "make bench   what a request costs, beside its peers (ARGS=--quick for a first look)"
	@echo "make clean   removes $(VENV) and caches"

demo: $(VENV)/.demo
	@$(BIN)/mtlsguard demo --proxy $(PROXY) $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# One stamp per extra: installed again only when the project's metadata changes.
$(VENV)/.%: pyproject.toml | $(VENV)/bin/python
	@echo "installing mtlsguard[$*] into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "mtlsguard needs Python 3.11 or newer: try make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "no venv module: on Debian, apt-get install python3-venv"; exit 1; }
