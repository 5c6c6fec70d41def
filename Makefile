# segkit: `make report` and `make test` do all of their own set-up; `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One worker a core; a file's tests stay together, so that what they share is made once. In the order of the tree: by
# number of tests, the files that render whole reports would come last, on one core.
TEST   := $(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder
export PIP_NO_PYTHON_VERSION_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help report test check lint types contracts doctest bench lab notebooks wheel oracle constraints clean

help: ## list the recipes
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

report: $(VENV)/.base ## render the bundled example company to reports/<company>/index.html
	@$(BIN)/segkit report --out reports

test: $(VENV)/.test ## run the whole test suite (browser tests need Chromium, see README)
	@$(TEST) tests segkit $(PYTEST)

check: $(VENV)/.test lint types contracts ## lint, format, types, import contracts, doctests, tests with coverage
	@$(TEST) tests segkit --cov --cov-report=term:skip-covered $(PYTEST)
	@$(BIN)/coverage report --include='segkit/intake/*,segkit/analysis/*' --fail-under=95 --skip-covered

lint: $(VENV)/.test ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.test ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/.test ## the four rooms import in one direction
	@$(BIN)/lint-imports

bench: $(VENV)/.test ## print the ratios against named peers (BENCH="--lines 10000000" for the large run)
	@$(BIN)/python benchmarks/run.py $(BENCH)

lab: $(VENV)/.test ## open the notebooks in JupyterLab
	@$(BIN)/segkit lab

notebooks: $(VENV)/.test ## run the notebooks on the example company and store their outputs without figures
	@$(BIN)/python tests/notebooks/refresh.py

wheel: $(VENV)/.test ## build the wheel and try it in a clean environment, from another folder
	@SEGKIT_REQUIRE="$$SEGKIT_REQUIRE,wheel" $(BIN)/python -m pytest -q tests/wheel

oracle: ## make .oracle, where lifelines checks the curves of the pipeline (it needs an older pandas)
	@$(PYTHON) -m venv .oracle
	@.oracle/bin/python -m pip --disable-pip-version-check --quiet install --requirement tests/oracles/requirements.txt

constraints: $(VENV)/.test ## write constraints.txt from what is installed now
	@$(BIN)/python -m pip list --format=freeze --exclude-editable | grep -viE '^(pip|setuptools|segkit)==' | LC_ALL=C sort -f > constraints.txt

clean: ## remove the environment and what was built
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

# The environment: made once, completed when pyproject.toml or the constraints change.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "segkit needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python lacks venv; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.base: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up segkit (once; one to three minutes) …"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up segkit and its tests (once; two to four minutes) …"
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/.base
