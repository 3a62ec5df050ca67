# Two commands: `make demo` renders the example job, `make test` proves the code. Both set up
# everything they need in .venv from requirements.lock (hashes checked).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What checks the ExtendScript, from tests/javascript; no product code needs npm.
JAVASCRIPT := tests/javascript/node_modules/.ready
# checkov asks for so many packages at versions of its own that it has an environment of its own.
CHECKOV := .venv-checkov
# What is checked is synthesised for each of examples/configurations.
CHECKED := small default large
TEMPLATES := $(CHECKED:%=build/check/%/Intarsia.template.json)

.PHONY: setup demo test test-long check format openapi configuration lock clean always

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Intarsia needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python setup/headless_skia.py
	@touch $@

$(JAVASCRIPT): $(READY) tests/javascript/package-lock.json
	cd tests/javascript && ../../$(BIN)/python ../../setup/npm.py ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error
	@touch $@

$(CHECKOV)/.ready: tests/infra/checkov/requirements.lock
	$(PYTHON) -m venv $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet --require-hashes --requirement tests/infra/checkov/requirements.lock
	@touch $@

demo: $(READY)
	$(BIN)/python -m examples.demo

# Bytecode is kept, so that test processes do not compile their imports again.
test test-long: export PYTHONDONTWRITEBYTECODE :=

test: $(READY) $(JAVASCRIPT)
	@$(BIN)/python -m tests.support.measured $(BIN)/python -m pytest -n 3 --dist loadgroup

# The tests with all generated cases; takes most of an hour.
test-long: $(READY) $(JAVASCRIPT)
	@INTARSIA_TESTS=long $(BIN)/python -m tests.support.measured $(BIN)/python -m pytest -n 3 --dist loadgroup

check: $(READY) $(CHECKOV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 -p render_container.engines -p render_container.host -p render_container.fonts
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory -j 2 $(TEMPLATES)
	$(BIN)/cfn-lint --ignore-checks W3005 -- $(TEMPLATES)
	$(CHECKOV)/bin/python tests/infra/checkov/check.py $(TEMPLATES)
	$(BIN)/statelint stacks/render_job.asl.json

build/check/%/Intarsia.template.json: always  # with cdk-nag
	CDK_OUTDIR=$(@D) CDK_CONTEXT_JSON='{"layer": "none", "configuration": "examples/configurations/$*.json"}' $(BIN)/python app.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# After a change of the API: what the API says of itself, as a file (a test holds the two together).
openapi: $(READY)
	$(BIN)/python -m intarsia.contract > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json

# After a change of the settings: the page that lists them (a test holds the two together).
configuration: $(READY)
	$(BIN)/python -m stacks.settings_page > docs/configuration.md.new
	mv docs/configuration.md.new docs/configuration.md

# Needs uv (not installed by setup); writes pins and hashes for every platform, no index addresses.
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade
lock:
	$(COMPILE) --all-extras pyproject.toml -o requirements.lock
	$(COMPILE) tests/infra/checkov/requirements.in -o tests/infra/checkov/requirements.lock
	$(BIN)/python setup/worker_packages.py  # what of it the images install

clean:  # keeps .intarsia, the data of `intarsia up`
	rm -rf $(VENV) $(CHECKOV) build cdk.out out
