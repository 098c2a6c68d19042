PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test lint types docs wheel check clean

help: ## list what make can do
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

$(STAMP): pyproject.toml setup.py constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' || \
	  { echo "onevoice needs Python 3.11 to 3.14: name one, e.g. make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[dev,docs]'
	@touch $@

demo: $(STAMP) ## run the main job into a new folder under runs/
	@out=runs/quickstart; n=1; \
	while [ -e "$$out/results.json" ]; do n=$$((n + 1)); out=runs/quickstart-$$n; done; \
	$(BIN)/onevoice compare quickstart --out "$$out"

test: $(STAMP) ## run every test
	$(BIN)/pytest -n $(WORKERS)

lint: $(STAMP) ## ruff, rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

docs: $(STAMP) ## the documentation into docs/_build/html, warnings as errors
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

wheel: $(STAMP) ## sdist and wheel into dist/
	$(BIN)/python -m build --no-isolation

check: test lint types ## everything but the smoke comparison

clean: ## remove what can be made again, runs/ excepted
	rm -rf .venv build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis
