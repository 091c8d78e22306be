# Everything a person does with this repository. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help demo test check fmt bench fuzz mutate docs clean runtimes

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PINS := constraints.txt
RUNTIMES := tests/runtimes

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.user ## Set up and simulate a built-in program, drawn in the terminal
	@$(BIN)/thrum demo

test: $(VENV)/.dev runtimes ## Set up and check everything: lint, types, tests, doctests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: test

fmt: $(VENV)/.dev ## Format the code and fix what can be fixed by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev runtimes ## Measure speed, stops, playback and the wire (five minutes; BENCH=--full takes an hour)
	$(BIN)/python -m tests.bench $(BENCH)

fuzz: $(VENV)/.fuzz ## Fuzz what reads bytes from outside (half an hour; FUZZ_SECONDS=60 bounds each target)
	$(BIN)/python -m tests.fuzz --seconds $(or $(FUZZ_SECONDS),0)

mutate: $(VENV)/.mutate ## Change the device a little, over and over: does a test notice? (a quarter of an hour)
	$(BIN)/python -m tests.mutate

docs: $(VENV)/.dev ## Write the generated parts of the documents again
	$(BIN)/python docs/generate.py

clean: ## Remove what was installed and built, and the demo's files
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis thrum-demo \
		$(RUNTIMES)/node_modules

# MicroPython for node, one pinned package. Without node the tests that need it say so and are skipped.
runtimes:
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
		echo "node or npm is not installed: the tests on MicroPython will be skipped"; \
	elif [ ! $(RUNTIMES)/node_modules/.package-lock.json -nt $(RUNTIMES)/package.json ]; then \
		echo "Installing MicroPython for node into $(RUNTIMES)/node_modules ..."; \
		(cd $(RUNTIMES) && npm install --no-package-lock --no-audit --no-fund --silent) \
			|| echo "npm could not install it: the tests on MicroPython will be skipped"; \
	fi

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

$(VENV)/.fuzz: $(VENV)/.dev
	@$(PIP) install --constraint $(PINS) --editable '.[dev,fuzz]' \
		|| echo "atheris does not install here: make fuzz mutates its seeds without it"
	@touch $@

$(VENV)/.mutate: $(VENV)/.dev
	@$(PIP) install --constraint $(PINS) --editable '.[dev,mutate]'
	@touch $@
