# Every errand of the house; `make help` lists them. Needs only python3.11, python3-venv, make and git.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
BIN := .venv/bin
CODE := app config.py launch migrations tests worker.py wsgi.py
TYPED := app config.py launch worker.py wsgi.py
TEMPLATES := app
PO := $(wildcard app/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
T ?=
LEG ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help python venv venv-dev run serve up test test-race test-deep chaos check fmt format lint types floors templates heads \
        translations messages migration shell bench screenshots pin outdated clean

help: ## list the errands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# -- the mall ----------------------------------------------------------------------------------------------------

python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "meiduo: 找不到 Python（$(PYTHON)），请先安装 python3.11。 / No Python at $(PYTHON): install python3.11." >&2; exit 2; }
	@$(PYTHON) launch/python_version.py

venv: python
	@$(PYTHON) -m launch.venv run

venv-dev: python
	@$(PYTHON) -m launch.venv dev

run: venv translations ## run the mall with demo data (PORT, HOST, INSTANCE); Ctrl-C stops it
	@exec $(BIN)/python -m launch.run demo

serve: venv translations ## run the mall for production: own keys, no demo data, no sandbox
	@exec $(BIN)/python -m launch.run serve

up: ## ask the running mall how it is (PORT, HOST)
	@$(BIN)/python -m launch.up

translations: venv ## compile the catalogues that changed
	@$(if $(MO),$(MAKE) --no-print-directory -s $(MO),:)

app/translations/%.mo: app/translations/%.po
	@$(BIN)/pybabel -q compile -i $< -o $@

messages: venv ## collect the texts of the pages into the English catalogue, for translating
	@pot=$$(mktemp); trap 'rm -f "$$pot"' EXIT; \
	$(BIN)/pybabel -q extract -F babel.cfg -k marked -k _l -k lazy_gettext --no-location --sort-output -o "$$pot" . && \
	$(BIN)/pybabel -q update -i "$$pot" -d app/translations -l en -w 1000 \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date && \
	$(BIN)/pybabel compile -i app/translations/en/LC_MESSAGES/messages.po -o /dev/null --statistics

# -- the gate ----------------------------------------------------------------------------------------------------

test: venv-dev translations ## all tests, on SQLite and on MariaDB (T="tests/orders -k race", LEG=sqlite|mariadb)
	@exec $(BIN)/python -m launch.test $(if $(LEG),--leg $(LEG)) -- $(T)

test-race: venv-dev translations ## only the races, on both engines
	@exec $(BIN)/python -m launch.test $(if $(LEG),--leg $(LEG)) -- tests/concurrency $(T)

test-deep: venv-dev translations ## races and random stories for much longer (10,000 steps), on both engines
	@DEEP=1 exec $(BIN)/python -m launch.test $(if $(LEG),--leg $(LEG)) -- tests/concurrency tests/journeys/test_money_machine.py $(T)

chaos: venv-dev translations ## order while everything is killed, on SQLite and on MariaDB (SECONDS=60)
	@$(BIN)/flask chaos --seconds $(or $(SECONDS),60)
	@$(BIN)/flask chaos --seconds $(or $(SECONDS),60) --mariadb

check: venv-dev format lint types floors templates heads ## the one gate: all of the below, then make test
	@$(MAKE) --no-print-directory test

format:
	@echo "· ruff format"; $(BIN)/ruff format --quiet --check $(CODE) || { echo "run: make fmt"; exit 1; }

lint: ## style and likely mistakes (ruff)
	@echo "· ruff check"; $(BIN)/ruff check --quiet $(CODE)

types: ## mypy, strict
	@echo "· mypy"; $(BIN)/mypy $(TYPED)

floors: ## the import contracts
	@echo "· import contracts"; $(BIN)/lint-imports --no-cache

templates: ## lint the Jinja templates
	@echo "· djlint"; $(BIN)/djlint --lint --quiet $(TEMPLATES)

heads: ## is there exactly one newest migration?
	@echo "· one migration head"
	@$(BIN)/python -c 'import sys; from alembic.script import ScriptDirectory as S; sys.exit(len(S("migrations").get_heads()) != 1)' \
	  || { echo "migrations/versions must have exactly one head"; exit 1; }

fmt: venv-dev ## put code into the house style
	@$(BIN)/ruff format $(CODE) && $(BIN)/ruff check --fix $(CODE)

# -- errands -----------------------------------------------------------------------------------------------------

migration: venv ## write a migration from the models: make migration m="what changes"
	@test -n "$(m)" || { echo 'say what changes: make migration m="…"' >&2; exit 2; }
	@$(BIN)/flask db migrate -m "$(m)" --rev-id "$$(printf '%04d' $$(($$(ls migrations/versions/*.py | wc -l) + 1)))"

shell: venv ## a Python prompt inside the app
	@exec $(BIN)/flask shell

bench: ## ready shoppers for a load test: make bench n=20 f=shoppers.jsonl
	@exec $(BIN)/flask bench shoppers $(or $(n),10) $(or $(f),shoppers.jsonl)

screenshots: venv-dev translations ## pictures of the running mall at 390, 768 and 1280 pixels
	@exec $(BIN)/python -m launch.screenshots $(T)

pin: ## resolve requirements*.in into the pinned sets
	@$(PYTHON) -m launch.pin

outdated: venv ## which pins have newer versions
	@exec $(BIN)/pip list --disable-pip-version-check --outdated

clean: ## remove what can be made again (never the instance folder)
	@rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
