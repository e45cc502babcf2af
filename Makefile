# Tocsin. `make help` lists what can be done.

# The Python to set up with, 3.11 or newer:  make setup PYTHON=python3.12
PYTHON ?= python3
# For pytest:  make test ARGS="-k busy -x"      For the service:  make up ARGS="--only ivr,dialer"
ARGS ?=
# Recorded calls with their manifest.jsonl, for bench-answering.
VOICES ?= ../shared/voices
# Test files run side by side: most of their time is waiting for telephones.
TESTERS ?= 4
# Set by some images; each start of a command would compile everything anew, for seconds.
export PYTHONDONTWRITEBYTECODE =

TOCSIN = .venv/bin/tocsin
BIN = .venv/bin

.DEFAULT_GOAL = help
.PHONY: help setup demo test up lint bench bench-answering big-town far-side kill-test fuzz clean clean-cache

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup:  ## Get what is missing: system packages, Python libraries, Asterisk, prompts
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. What to do: apt-get install python3"; exit 1; }
	@$(PYTHON) -m tocsin.bootstrap

demo: setup  ## Show the main job on simulated telephones
	@$(TOCSIN) demo $(ARGS)

test: setup  ## Run all the tests, those on the real Asterisk included
	@$(PYTHON) -m tocsin.bootstrap test-packages
	@$(BIN)/pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder $(ARGS)

up: setup  ## Run the service in the foreground, on the trunks of .env
	@exec $(TOCSIN) up $(ARGS)

lint: setup  ## Style, types, and which room imports which
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup  ## Measure what Tocsin costs, as ratios (PARTS="calls trunk import send preview claim memory", JSON=FILE)
	@$(PYTHON) -m tocsin.bootstrap test-packages
	@$(BIN)/python -m lab.bench $(if $(PARTS),--parts "$(PARTS)") $(if $(JSON),--json $(JSON)) $(ARGS)

bench-answering: setup  ## Person or machine, beside Asterisk's AMD (VOICES=DIR, JSON=FILE)
	@$(BIN)/python -m lab.bench_answering --voices $(VOICES) $(if $(JSON),--json $(JSON)) $(ARGS)

big-town: setup  ## Play an alert to a town of 2,000 on SIPp (PEOPLE=500 DOORS=FILE.csv JSON=FILE)
	@$(PYTHON) -m tocsin.bootstrap test-packages
	@$(BIN)/python -m lab.big_town $(if $(PEOPLE),--people $(PEOPLE)) $(if $(DOORS),--doors $(DOORS)) $(if $(JSON),--json $(JSON)) $(ARGS)

far-side: setup  ## Place a call for each way in which a network may take it, on SIPp (ONLY=words JSON=FILE)
	@$(PYTHON) -m tocsin.bootstrap test-packages
	@$(BIN)/python -m lab.far_side $(if $(ONLY),--only "$(ONLY)") $(if $(JSON),--json $(JSON)) $(ARGS)

kill-test: setup  ## Kill the service and Asterisk in the middle of alerts (RUNS=30 SEED=n JSON=FILE)
	@$(BIN)/python -m lab.kill_test $(if $(RUNS),--runs $(RUNS)) $(if $(SEED),--seed $(SEED)) $(if $(JSON),--json $(JSON)) $(ARGS)

fuzz: setup  ## Say 100,000 odd units to the gateway for texts (UNITS=n SEED=n JSON=FILE)
	@$(BIN)/python -m lab.fuzz $(if $(UNITS),--units $(UNITS)) $(if $(SEED),--seed $(SEED)) $(if $(JSON),--json $(JSON)) $(ARGS)

clean:  ## Remove what set-up made in this folder; var/ (the database, the recordings) stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

clean-cache:  ## Remove what clones share: the private Asterisk and other downloads
	@cache="$${TOCSIN_CACHE:-$$HOME/.cache/tocsin}"; rm -rf "$$cache"/asterisk* "$$cache/speech"
