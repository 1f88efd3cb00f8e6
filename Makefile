# The one front door for every chore. Everything is installed into .venv in this folder, and nowhere else.
.DEFAULT_GOAL := help
.PHONY: help demo test lint types docs bench proof format clean
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := src tests bench tools
VENDORS := .venv-vendors

help: ## Show what there is to make
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.installed ## Ask the offline model, and look at what was kept
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/demo.sh

test: $(VENV)/.test-installed $(VENDORS)/.installed lint types ## Run every test, with lint and type check
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.test-installed ## Check style and formatting
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/.test-installed ## Check types, strictly
	$(BIN)/mypy

docs: $(VENV)/.test-installed ## Write the generated reference anew
	$(BIN)/python tools/reference.py

bench: $(VENV)/.test-installed $(VENDORS)/.installed ## Measure start-up and streaming, as ratios
	$(BIN)/python -m bench

proof: $(VENV)/.test-installed ## Run the slow proofs in their full form
	LLM_PROOF=full $(BIN)/python -m pytest -n 2 -rs -m proof --timeout 1800

format: $(VENV)/.test-installed ## Format the sources
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

clean: ## Remove what was made
	rm -rf $(VENV) $(VENDORS) build dist .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "LLM needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(PIP) install --editable .
	@touch $@

$(VENV)/.test-installed: $(VENV)/.installed
	$(PIP) install --editable '.[test]'
	@touch $@

$(VENDORS)/.installed: tests/second_opinion/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "LLM needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENDORS)
	$(VENDORS)/bin/python -m pip --disable-pip-version-check --quiet install -r tests/second_opinion/requirements.txt
	@touch $@
