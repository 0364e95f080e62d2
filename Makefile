# What to do with this project: `make help`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What the commands and `make bench` need is there; what the tests need, too.
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.ready-test

# Modules are compiled when they are first imported, most of them never.
PIP := $(BIN)/python -m pip install --quiet --no-compile

# Go and asv find what is installed here, and each other, on PATH.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export GOTOOLCHAIN := local

.PHONY: help bench bench-import bench-site proof screenshots test check preview setup lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'make bench QUICK=1 measures everything once; FULL=1 every environment, variant and size.'

# What `make bench` measures and how often: the time and memory of the life cycle
# of 100,000 persons, as the table shows them, or all that there is.
COMMIT := $(shell git rev-parse HEAD)
ifdef FULL
RUNTIMES := all
BENCH := .
else
RUNTIMES := default
VARIANTS := Person|PersonSlots|PersonDataObject|PersonCdef
# A benchmark's name goes on with its parameters.
BENCH := \.(time_lifecycle|track_peakmem)\('($(VARIANTS))', '(single|threads|processes)', 100000\)$$
endif
ifdef QUICK
ASV_OPTIONS := --quick
endif

bench: $(READY) ## measure HEAD in Go and Python, print the table and publish html/
	@gopybench doctor
	@python -c 'from asv.machine import *; \
		MachineCollection.load(Machine.get_unique_machine_name())' 2>/dev/null || asv machine --yes >/dev/null
	@mkdir -p .asv && rm -f .asv/failed
	@environments=$$(gopybench runtimes --asv-options $(RUNTIMES)) && \
		asv run $(COMMIT)^! $$environments $(ASV_OPTIONS) --parallel --record-samples \
			--bench "$(BENCH)" || touch .asv/failed
	@echo && gopybench table --commit $(COMMIT) && echo
	asv publish --no-pull
	@echo 'The site is in html/: run make preview and open the address that it prints.'
	@[ ! -e .asv/failed ] || { echo 'Something could not be measured; see above.' >&2; exit 1; }

bench-import: $(TEST_READY) ## time the import of a million lines, beside benchstat if there is one
	$(BIN)/python -m tests.tools.import_speed

bench-site: $(TEST_READY) ## time a publish of 2,000 commits with and without the plugins, and its page
	$(BIN)/python -m tests.tools.site_scale

proof: $(TEST_READY) ## measure how often gopybench is wrong; MINUTES=55 for an hour, the next call goes on
	$(BIN)/python -m tests.tools.proof $(if $(MINUTES),--minutes $(MINUTES)) $(if $(PART),--part $(PART))

screenshots: $(TEST_READY) ## make the README's pictures of the site anew
	$(BIN)/python -m tests.tools.screenshots

test: $(TEST_READY) ## run all tests and checks
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 4 --dist loadscope --no-loadscope-reorder --cov

check: $(TEST_READY) ## run only the checks: types, style, layers, Go, scripts, workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@unformatted=$$("$$(go env GOROOT)/bin/gofmt" -d go tests/example) && [ -z "$$unformatted" ] || \
		{ echo "gofmt: $$unformatted"; exit 1; }
	@if [ -x $(BIN)/biome ]; then $(BIN)/biome ci --colors=off --error-on-warnings biome.json gopybench/site/page; else \
		echo "There is no biome for this machine: the site's scripts are not checked."; fi
	cd go && go vet ./...
	cd tests/example && go vet ./...
	$(BIN)/shellcheck .ci/* .github/actions/*/*.sh
	$(BIN)/jactionlint --strict-exit
	$(BIN)/zizmor --offline --strict-collection --quiet .github

preview: $(READY) ## serve the published site
	$(BIN)/asv preview

setup: $(TEST_READY) ## install everything into .venv

$(READY): requirements.txt requirements-build.txt pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo 'gopybench needs Python 3.10 or newer: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo 'cannot make $(VENV); on Debian and Ubuntu install python3-venv' >&2; exit 1; }
	$(PIP) --require-hashes -r requirements-build.txt
	$(PIP) --require-hashes --no-build-isolation -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_READY): $(READY) requirements-test.txt
	$(PIP) --require-hashes --no-build-isolation -r requirements-test.txt
	@touch $@

LOCK := uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock: ## pin again what requirements*.in ask for (needs uv)
	$(LOCK) --upgrade requirements-build.in --output-file requirements-build.txt
	$(LOCK) --upgrade requirements.in --output-file requirements.txt
	$(LOCK) --upgrade requirements-test.in --output-file requirements-test.txt

clean: ## remove what the other targets made, but no results
	rm -rf $(VENV) .asv html build *.egg-info .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
