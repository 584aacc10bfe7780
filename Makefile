# Everything a person does here, by name. On a fresh machine: python3 (3.11 or later) and make are enough.
.DEFAULT_GOAL := help
.PHONY: help setup dev run demo test test-postgres check format schema migrations messages bench lock ci clean reset
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# uv installs several times faster; where it is absent, pip does the same from the same locked files.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv)
ifdef UV
INSTALL := VIRTUAL_ENV=.venv uv pip install --quiet
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif
# Nothing of the project is fetched: it is built from this folder by the setuptools that is locked.
INSTALL_PROJECT := $(INSTALL) --no-deps --no-build-isolation --no-index --editable .
TEST_SERVERS := GUP_TEST_DATABASE_URL=$${GUP_TEST_DATABASE_URL:-postgres://root@127.0.0.1:5432/gup} \
	GUP_TEST_BROKER_URL=$${GUP_TEST_BROKER_URL:-redis://127.0.0.1:6379/9}

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

.venv/pyvenv.cfg:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Il faut Python 3.11 ou plus récent. / Python 3.11 or later is needed." >&2; exit 1; fi
ifdef UV
	@uv venv --quiet --python "$(PYTHON)" .venv
else
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python est là sans « ensurepip » : installez le paquet python3-venv de votre système (Debian, Ubuntu :" \
		"apt install python3-venv), ou l'outil « uv », puis recommencez." >&2; \
		echo "Python lacks ensurepip: install your system's python3-venv package (Debian, Ubuntu:" \
		"apt install python3-venv), or the tool uv, and try again." >&2; exit 1; }
	@$(PYTHON) -m venv .venv
endif

.stamps/setup: .venv/pyvenv.cfg requirements.lock pyproject.toml
	@echo "Installation… (une minute la première fois)"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL_PROJECT)
	@mkdir -p .stamps && touch $@

.stamps/dev: .venv/pyvenv.cfg requirements-dev.lock pyproject.toml
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL_PROJECT)
	@mkdir -p .stamps && touch .stamps/setup $@

setup: .stamps/setup ## Create .venv with what the product needs

dev: .stamps/dev ## Create .venv with what tests and checks need too

run: setup ## Prepare the base, load the demonstration year, start everything on port 8000
	@$(BIN)/gup migrate --verbosity 0
	@$(BIN)/gup load-reference
	@$(BIN)/gup load-demo
	@exec $(BIN)/gup run

demo: setup ## Load the reference and the demonstration year, without starting
	@$(BIN)/gup migrate --verbosity 0
	@$(BIN)/gup load-reference
	@$(BIN)/gup load-demo

test: dev ## Run the suite on SQLite (ARGS="-k word" narrows it)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

test-postgres: dev ## Run the suite on PostgreSQL and Redis (GUP_TEST_DATABASE_URL, GUP_TEST_BROKER_URL)
	@$(TEST_SERVERS) $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: dev ## Lint, types, layers, templates, spelling, migrations, API schema, locks
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check --quiet --output-format concise .
	$(BIN)/mypy
	$(BIN)/lint-imports
	git ls-files -z --cached --others --exclude-standard '*.html' | xargs -0 -r $(BIN)/djade --check
	$(BIN)/typos
	$(BIN)/gup makemigrations --check --dry-run
	@mkdir -p .stamps
	$(BIN)/gup spectacular --format openapi-json --validate --fail-on-warn --file .stamps/openapi.json
	@cmp api/openapi.json .stamps/openapi.json || { echo "api/openapi.json a vieilli : make schema" >&2; exit 1; }
	$(BIN)/python -m pytest -q -p no:randomly tests/house/test_lock.py

format: dev ## Sort imports and lay out code and templates
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	git ls-files -z --cached --others --exclude-standard '*.html' | xargs -0 -r $(BIN)/djade

schema: dev ## Write api/openapi.json anew
	$(BIN)/gup spectacular --format openapi-json --validate --fail-on-warn --file api/openapi.json

migrations: dev ## Write the migrations that the models ask for
	$(BIN)/gup makemigrations

messages: ## Compile the translations of the public pages (needs gettext's msgfmt)
	for each in mobile_forms/locale/*/LC_MESSAGES; do msgfmt --check -o $$each/django.mo $$each/django.po; done

bench: dev ## Measure (some minutes; GUP_BENCH_SIZE=full for ten million clocks; nothing else should run beside it)
	@$(BIN)/python -m pytest -m benchmark -p no:randomly -s tests/benchmarks $(ARGS)

lock: ## Resolve the dependencies anew and write both lock files (needs uv and a registry)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--quiet --upgrade --group build -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--quiet --group build --group dev -c requirements.lock -o requirements-dev.lock

ci: ## All that a submission must pass
	@bash .ci/run

clean: ## Remove the environment and the caches (the data in var/ stays)
	rm -rf .venv .stamps .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache gup.egg-info

reset: ## Remove the local data: base, photos, mail, queue
	rm -rf var
