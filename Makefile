# Everything is done through .venv, which `make install` builds from requirements.lock.

PYTHON ?= python3
PYTEST ?=
ROOMS := bot dialogs adapters storage manifest tests
BIN := .venv/bin
STAMP := .venv/.installed
# uv from .venv, else from PATH, else the one pinned in the lock, fetched with pip.
UV = $(shell command -v $(CURDIR)/$(BIN)/uv || command -v uv || echo $(CURDIR)/$(BIN)/uv)

.DEFAULT_GOAL := help
.PHONY: help install play test bench faults pictures lock format clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## build .venv with the command .venv/bin/bmm (PYTHON=… chooses the interpreter)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "bmm needs Python 3.11 or newer, and '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)"; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; } >&2
	$(PYTHON) -m venv .venv

$(STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@test -x "$(UV)" || { sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt; }
	VIRTUAL_ENV=$(CURDIR)/.venv $(UV) pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	VIRTUAL_ENV=$(CURDIR)/.venv $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

play: install ## the bot in the browser, on a board of its own
	$(BIN)/bmm play

test: install ## the one check; PYTEST='-n 2 -k "vote or board"' adds arguments for pytest
	@failed=; check() { printf '\n== %s\n' "$$*"; "$(BIN)/$$@" || failed="$$failed\n  $$*"; }; \
	check ruff format --check .; \
	check ruff check .; \
	check mypy; \
	check lint-imports --no-logo; \
	check python -m pytest $(PYTEST); \
	[ -z "$$failed" ] || { printf "\nFAILED:$$failed\n"; exit 1; }

bench: install ## measure speed
	$(BIN)/python -m tests.bench

faults: install ## break things on purpose and count what is lost
	$(BIN)/python -m tests.faults

pictures: install ## draw the cards as Slack and Teams show them into screenshots/ (needs npm and Chromium)
	$(BIN)/python -m tests.pictures

format: install ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix --quiet || true
	$(BIN)/ruff format

lock: | $(BIN)/python ## resolve requirements.lock anew from pyproject.toml
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command 'make lock' --group dev --upgrade --output-file requirements.lock pyproject.toml
	@! grep -n '://' requirements.lock || { echo 'requirements.lock must not hold an address' >&2; exit 1; }

clean: ## remove .venv, caches and builds
	rm -rf .venv dist tests/pictures/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find $(ROOMS) -name __pycache__ -type d -prune -exec rm -rf {} +
