# Each command does all the set-up: make dashboard, make layers, make test. They need Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: dashboard docs layers offline test

dashboard: $(VENV)/.installed
	$(BIN)/jinguo dashboard

layers: $(VENV)/.installed
	$(BIN)/jinguo layers libei

# The documentation, in site/index.html; it needs no network.
docs: $(VENV)/.installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# For places without internet: dist/jinguo-offline.zip, with wheels for this platform.
offline: $(VENV)/.installed
	$(BIN)/python offline/build.py

# Rules are compiled while types are checked, so that no test waits for it.
test: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/python -c "from viz.dashboard.runner import warm_up; warm_up()" & $(BIN)/mypy && wait $$!
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e .
	touch $@

# What developers need holds what users need.
$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e ".[dev]"
	touch $(VENV)/.installed $@
