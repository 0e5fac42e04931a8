# Needs make and python3 (3.11 or newer, with venv); everything else goes into .venv.
# Another Python: make PYTHON=python3.13 test. Options for pytest: make test ARGS="-k voices".

PYTHON ?= python3
ARGS   ?=
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.complete
PEERS  := build/bench/peers/.complete
PIP    := -m pip --disable-pip-version-check --quiet

CHECK_PYTHON = $(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else \
	"Python 3.11 or newer is needed, but $(PYTHON) is " + sys.version.split()[0] + \
	"; name a newer one, as in: make PYTHON=python3.12 $(MAKECMDGOALS)")'

VERSION = import sys; print(sys.version)

.PHONY: help reproduce test lint types lab fuzz simulations voices bench bench-large lock clean

help:       ## list these commands
	@sed -n 's/^\([a-z-]*\): .*## /make \1	/p' Makefile

reproduce: $(STAMP)  ## execute the notebooks: figures, tables, manifest
	$(BIN)/python -m framing reproduce

test: $(STAMP)  ## run the tests
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(STAMP)  ## check style and docstrings
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check

types: $(STAMP)  ## check types
	$(BIN)/python -m mypy

lab: $(STAMP)  ## open the notebooks in JupyterLab
	$(BIN)/python -m jupyterlab notebooks

fuzz: $(STAMP)  ## read 50,000 damaged files of every codebook format, a second each at most
	FUZZ_CASES=50000 $(BIN)/python -m pytest -n auto tests/test_codebook_files.py -k any_file

simulations: $(STAMP)  ## renew tests/simulations.md: how often the tests err (about 40 minutes)
	@mkdir -p build
	(echo "# Simulations"; echo; echo "Made by \`make simulations\`; read in README.md what they show."; \
	echo; echo "## Frames of two outlets"; echo; $(BIN)/python tests/simulations.py; \
	echo; echo "## Keyness"; echo; $(BIN)/python tests/simulations_keyness.py) > build/simulations.md
	mv build/simulations.md tests/simulations.md

voices: $(STAMP)  ## renew tests/voices.md: how well quotations and speakers are found
	@mkdir -p build
	(sed '/^## Now$$/q' tests/voices.md; echo; $(BIN)/python tests/voices_gold.py) > build/voices.md
	mv build/voices.md tests/voices.md

bench: $(STAMP) $(PEERS)  ## measure how fast it is, beside other programs (half an hour)
	$(BIN)/python tests/benchmarks/run.py $(ARGS)

bench-large: $(STAMP)  ## measure how time and memory grow, up to 5 GB (an hour, 20 GB of disk)
	$(BIN)/python tests/benchmarks/run.py --large $(ARGS)

# Keeps the versions in the lock where pyproject.toml allows; to take the newest, delete it first.
lock:       ## renew requirements.lock and environment.yml after a change of pyproject.toml
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv --clear build/uv
	build/uv/bin/python $(PIP) install uv
	build/uv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
		--fork-strategy fewest --extra dev --extra languages --extra fast --extra dask \
		--generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	rm -r build/uv
	$(PYTHON) .ci/environment_yml.py

clean:      ## remove .venv and all caches
	rm -rf $(VENV) build *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf framing/__pycache__ tests/__pycache__ tests/benchmarks/__pycache__

# The programs that framing is compared with, apart from all else.
$(PEERS): tests/benchmarks/requirements.txt
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv --clear build/bench/peers
	build/bench/peers/bin/python $(PIP) install --require-hashes -r $<
	@touch $@

# Complete only when the last line was reached. Reinstalling every package mends what an interrupted
# installation left half done, and spares what the user may have added to an environment; one of
# another Python is made anew.
$(STAMP): requirements.lock
	@$(CHECK_PYTHON)
	@echo "Installing the locked packages into $(VENV): once, some minutes"
	@same=$$($(BIN)/python -c "$(VERSION)" 2>/dev/null) || true; \
	[ "$$same" = "$$($(PYTHON) -c "$(VERSION)")" ] || set -- --clear; \
	$(PYTHON) -m venv "$$@" $(VENV)
	$(BIN)/python $(PIP) install --require-hashes --force-reinstall -r requirements.lock
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
