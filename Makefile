# Everything a person does with this repository. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help demo test check fmt bench docs clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PINS := constraints.txt

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.user ## Set up and simulate a built-in program, drawn in the terminal
	@$(BIN)/thrum demo

test: $(VENV)/.dev ## Set up and check everything: lint, types, tests, doctests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

check: test

fmt: $(VENV)/.dev ## Format the code and fix what can be fixed by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure start-up, simulation and stop times (about two minutes)
	$(BIN)/python -m tests.bench

docs: $(VENV)/.dev ## Write the generated parts of the documents again
	$(BIN)/python docs/generate.py

clean: ## Remove what was installed and built
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Thrum needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Could not make a virtual environment (on Debian: apt install python3-venv)" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.user: pyproject.toml $(PINS) | $(BIN)/python
	@echo "Installing thrum into $(VENV) (a minute the first time) ..."
	@$(PIP) install --constraint $(PINS) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(PINS) | $(BIN)/python
	@echo "Installing thrum and its checks into $(VENV) (a minute the first time) ..."
	@$(PIP) install --constraint $(PINS) --editable '.[dev]'
	@touch $@ $(VENV)/.user
