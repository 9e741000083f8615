# Needs python3 (3.11 or newer, with venv) and make; everything else is installed into .venv from requirements.lock.
.DEFAULT_GOAL := help
.PHONY: help demo test soak bench lint lock sbom audit clients clean setup

PYTHON ?= python3
ARGS ?=
VENV := .venv/bin/python

help: ## what there is to make (this)
	@sed -n 's/^\([a-z][a-z]*\):[^#]*## /  make \1#/p' $(MAKEFILE_LIST) | while IFS='#' read -r name what; do printf '%-14s %s\n' "$$name" "$$what"; done

demo: setup ## everything on this machine; ARGS=--script walks by itself, ARGS=--reset forgets, Ctrl-C stops
	@$(VENV) -m zhunkao.demo $(ARGS)

test: setup ## lint, types and every test; ARGS goes to pytest
	@$(VENV) scripts/checks.py $(ARGS)

soak: setup ## journeys while something is killed, 200 rounds of it; ARGS="--seed 7 --rounds 20" runs those again
	@$(VENV) -m tests.faults.rounds $(ARGS)

lint: setup ## lint and types alone
	@$(VENV) scripts/checks.py --only-lint

bench: setup ## the benchmarks; writes benchmarks/results.json; ARGS=faces measures that one anew
	@$(VENV) -m benchmarks $(ARGS)

lock: setup ## choose versions anew: requirements.in and requirements-dev.in into requirements.lock
	@$(VENV) scripts/lock.py $(ARGS)

sbom: setup ## what it is made of, from the lock: sbom.cdx.json (CycloneDX)
	@$(VENV) scripts/dependencies.py sbom $(ARGS)

audit: setup ## what is known to be wrong with what it is made of; asks the advisories on the network
	@$(VENV) scripts/dependencies.py audit $(ARGS)

clients: setup ## typed clients of the API for Python, and for TypeScript where there is npm, into clients/
	@$(VENV) -m scripts.clients

clean: ## remove .venv and what the tools have kept; the demo's data stays (.zhunkao)
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

setup:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer, then run make again." >&2; exit 1; }
	@$(PYTHON) scripts/setup.py
