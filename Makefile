# Needs Python >= 3.11 (with venv), pip and make. `make demo`, `make test`; the plain-pip equivalents are in the README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --no-warn-script-location
NEW_ENOUGH := 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + " (say: make PYTHON=python3.11)" if sys.version_info < (3, 11) else 0)'
SERVE ?= 1
ONLY ?=
WORKERS ?= 2
ARGS ?=

BUILT := pyproject.toml README.md LICENSE workbench/lab/hatch_build.py $(wildcard workbench/lab/*.json workbench/lab/jupyter-config/*) \
  $(shell find templates/voila workbench/lab/ui -type f -not -path '*/node_modules/*' -not -path '*/ui/lib/*' 2>/dev/null)
SOURCES := $(BUILT) $(shell find workbench notebooks templates -type f \( -name '*.py' -o -not -path 'workbench/lab/*' \) -not -path '*/node_modules/*' -not -path '*/__pycache__/*')

.PHONY: demo test lint soak bench lock chromium clean
.DELETE_ON_ERROR:

# The sample shop: report files in, decisions out, dashboards served. SERVE=0 stops after the summary.
demo: $(VENV)/.installed
	@test -f demo/workbench.toml || $(BIN)/workbench init demo --sample
	@$(BIN)/workbench import --workspace demo
	@$(BIN)/workbench run daily --workspace demo
	@$(BIN)/workbench summary --workspace demo
	@if [ "$(SERVE)" != 0 ]; then exec $(BIN)/workbench serve --workspace demo; fi

test: lint chromium
	WORKBENCH_CHROMIUM="$$(cat $(VENV)/.chromium)" $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not soak" $(ARGS)

lint: $(VENV)/.editable
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Long runs: endurance and fuzzing. `make test` has a short form of each.
soak: $(VENV)/.editable chromium
	WORKBENCH_CHROMIUM="$$(cat $(VENV)/.chromium)" $(BIN)/python -m pytest -m soak $(ARGS)

# JSON lines on stdout and nothing else, so everything that prepares goes to stderr.
bench:
	@$(MAKE) --no-print-directory $(VENV)/.editable chromium >&2
	@WORKBENCH_CHROMIUM="$$(cat $(VENV)/.chromium)" $(BIN)/python tests/benchmarks/run.py $(if $(ONLY),--only $(ONLY))

# A folder `.venv` that exists is taken as it is; one made without pip gets it.
$(VENV)/.made:
	@test -x $(BIN)/python || { $(PYTHON) -c $(NEW_ENOUGH) && $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -c $(NEW_ENOUGH)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --upgrade >/dev/null
	@touch $@

$(VENV)/.packages: requirements.lock | $(VENV)/.made
	@echo "Installing the packages that the workbench stands on (about 1.4 GB on disk, a minute or three) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.test-packages: tests/requirements.lock | $(VENV)/.made
	@echo "Installing these and the packages for tests ..."
	@$(INSTALL) --require-hashes -r tests/requirements.lock
	@touch $@ $(VENV)/.packages

$(VENV)/.installed: $(SOURCES) $(VENV)/.packages
	@echo "Building and installing the workbench ..."
	@$(INSTALL) --no-deps .
	@rm -f $(VENV)/.editable
	@touch $@

# Tests run on the checkout itself: one copy of every module, whoever imports it.
$(VENV)/.editable: $(BUILT) $(VENV)/.test-packages
	@echo "Building the workbench ..."
	@$(INSTALL) --no-deps --editable .
	@touch $@ $(VENV)/.installed

# The browser for the tests: the one on PATH, else apt's where we may, else Playwright's own below .chromium.
chromium: $(VENV)/.editable
	@found=$$(command -v chromium || command -v chromium-browser || command -v google-chrome-stable || command -v google-chrome || true); \
	if [ -z "$$found" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium ..."; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } >/dev/null || true; \
	  found=$$(command -v chromium || true); \
	fi; \
	if [ -z "$$found" ]; then \
	  export PLAYWRIGHT_BROWSERS_PATH="$(CURDIR)/.chromium"; \
	  $(BIN)/python -m playwright install chromium; \
	  found=$$($(BIN)/python -c 'from playwright.sync_api import sync_playwright as s; p = s().start(); print(p.chromium.executable_path); p.stop()'); \
	fi; \
	echo "$$found" > $(VENV)/.chromium

# After a change of dependencies in pyproject.toml: pins with hashes, for every system, without a host in the file.
lock: $(VENV)/.made
	@$(INSTALL) uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS) \
	  -o requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS) \
	  --extra test --constraint requirements.lock -o tests/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) demo .chromium dist build workbench/lab/labextension workbench/lab/ui/node_modules workbench/lab/ui/lib
