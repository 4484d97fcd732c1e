# make run            the site at http://127.0.0.1:8000, on its own PostgreSQL (PORT=8001 for another port)
# make serve          the site in production, behind a proxy that ends TLS (ARGS="--workers 4")
# make test           all tests, on all processors (ARGS="-k embargo" for some)
# make test-newest    the same on the newest Django, if there is a Python 3.12 or newer
# make test-cluster   search on a real OpenSearch cluster of three nodes (Java, Maven)
# make test-pdf       PDFs by the standards that they claim (Java, Maven)
# make test-replica   a primary, a replica and PgBouncer, for real
# make check          format, lint, types, deployment checks
# make bench          accuracy, speed, memory, relevance (ARGS="searching --json FILE", CORPUS=/folder)
# make drill          each fault on a throwaway site, and 200 kills (ARGS="--kills 20")
# make messages       update and compile the translations (gettext)
# make lock           write the lock files from pyproject.toml
# make help           this list

PORT ?= 8000
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
NEWER_PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3 \
	$$(ls -d "$$(pyenv root 2>/dev/null)"/versions/3.*/bin/python3 2>/dev/null | sort -rV); do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
TESTS_LOCK := tests/requirements.txt
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help run serve test test-newest test-cluster test-pdf test-replica check bench drill messages lock
.DEFAULT_GOAL := run

help:
	@sed -n 's/^# //p' Makefile

run: export HTTPS ?= off
run: $(VENV)/site.installed var/secret_key
	@exec $(BIN)/python manage.py run --port $(PORT)

serve: export MALLOC_ARENA_MAX ?= 2
serve: $(VENV)/site.installed var/secret_key
	@exec $(BIN)/python manage.py serve --port $(PORT) $(ARGS)

# Where pytest-xdist replaces a process that ended, it may wait for ever after the last test.
test: $(VENV)/tests.installed
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --max-worker-restart 0 $(ARGS)

test-newest:
ifeq ($(NEWER_PYTHON),)
	@echo "No Python 3.12 or newer here: the newest Django is not tested."
else
	@$(MAKE) --no-print-directory test VENV=.venv-newest PYTHON=$(NEWER_PYTHON) \
		TESTS_LOCK=tests/requirements-newest.txt
endif

test-cluster: $(VENV)/tests.installed
	@$(BIN)/python -m tests.cluster $(ARGS)

test-pdf: $(VENV)/tests.installed
	@$(BIN)/python -m pytest -m pdf_standards tests/pdf_standards $(ARGS)

test-replica: $(VENV)/tests.installed
	@$(BIN)/python -m pytest -m replication tests/replication $(ARGS)

check: $(VENV)/tests.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	git ls-files "templates/*.html" | xargs $(BIN)/djade --check --target-version 5.2
	$(BIN)/mypy .
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(VENV)/tests.installed
	@exec $(BIN)/python -m tools.bench $(ARGS)

drill: $(VENV)/tests.installed
	@exec $(BIN)/python -m tools.drill $(ARGS)

messages: $(VENV)/tests.installed var/secret_key
	@$(BIN)/python manage.py makemessages --all --no-obsolete --no-wrap --add-location file \
		--ignore "tests/*" --ignore "var/*" --ignore "templates/admin/*" --ignore "releases/admin/*"
	@$(BIN)/python manage.py compilemessages --ignore ".venv*"

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --upgrade pyproject.toml

lock: $(VENV)/tests.installed
	$(COMPILE) --python-version 3.11 --output-file requirements.txt
	$(COMPILE) --python-version 3.11 --extra s3 --constraint requirements.txt \
		--output-file requirements-s3.txt
	$(COMPILE) --python-version 3.11 --extra redis --constraint requirements.txt \
		--output-file requirements-redis.txt
	$(COMPILE) --python-version 3.11 --extra anymail --constraint requirements.txt \
		--output-file requirements-anymail.txt
	$(COMPILE) --python-version 3.11 --all-extras --group test --constraint requirements-s3.txt \
		--constraint requirements-redis.txt --constraint requirements-anymail.txt \
		--output-file tests/requirements.txt
	$(COMPILE) --python-version 3.12 --all-extras --group test --override tests/newest.txt \
		--output-file tests/requirements-newest.txt

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Pressroom needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python."; exit 1; }
	@echo "Creating a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian install python3-venv."; rm -rf $(VENV); exit 1; }

$(VENV)/site.installed: requirements.txt | $(BIN)/python
	@echo "Installing the site’s dependencies …"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/tests.installed: $(TESTS_LOCK) | $(BIN)/python
	@echo "Installing the tests’ dependencies …"
	@$(INSTALL) -r $(TESTS_LOCK)
	@touch $@

var/secret_key: | $(VENV)/site.installed
	@umask 077 && mkdir -p var && $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > $@.new && mv $@.new $@
