# `make demo` and `make test` need python3.11 (or later) with pip, and make; they set up the rest in .venv.
PYTHON ?= $(firstword $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p; done))
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.PHONY: demo test check bench torture snapshots clean
.DELETE_ON_ERROR:

demo: $(RUNTIME)
	$(BIN)/drtui demo $(ARGS)

test: $(DEV)
	$(BIN)/pytest $(ARGS)

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV)
	$(BIN)/pytest tests/bench --override-ini addopts=-q -s --performance docs/performance.md $(ARGS)

torture: $(DEV)
	$(BIN)/python -m tests.torture --write docs/reliability.md $(ARGS)

snapshots: $(DEV)
	$(BIN)/pytest tests/snapshots --snapshot-update -n 0 $(ARGS)

clean:
	rm -rf .venv dist

# Where ensurepip is missing (Debian without python3-venv), the system's pip installs into the environment.
.venv/bin/python:
	$(PYTHON) -m venv .venv || $(PYTHON) -m venv --without-pip .venv

$(RUNTIME): pyproject.toml constraints.txt | .venv/bin/python
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --constraint constraints.txt --editable .
	touch $@

$(DEV): pyproject.toml constraints.txt | .venv/bin/python
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(RUNTIME) $@
