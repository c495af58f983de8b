# What a developer does here. `make` alone prints the targets.
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8000
export PORT
export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

VENV := .venv
PYTHON := $(VENV)/bin/python
# A stamp is written last, so that an interrupted installation starts afresh.
RUNTIME := $(VENV)/.runtime-installed
TOOLS := $(VENV)/.tools-installed
CODE := portal policies pages tests manage.py

# An environment whose Python has gone (an upgrade, a copied folder) counts for nothing.
ifneq ($(wildcard $(RUNTIME)),)
ifneq ($(shell $(PYTHON) -c 'print("works")' 2>/dev/null),works)
$(shell rm -f $(RUNTIME) $(TOOLS))
endif
endif

.PHONY: help run tick serve bench rehearsal load audit test test-fast check format migrations
.PHONY: pins sbom licences outdated
.PHONY: shell reset clean

help: ## Print this list
	@echo "make <target>:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1@\2/p' Makefile | awk -F@ '{printf "%-12s %s\n", $$1, $$2}'

run: $(RUNTIME) ## Serve the portal with sample content on 127.0.0.1, PORT (8000) says where
run: export DJANGO_SETTINGS_MODULE = portal.settings.development
run:
	@echo "Preparing the database and the sample content ..."
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py provision_site
	@$(PYTHON) manage.py load_sample_content
	@echo "The portal:       http://127.0.0.1:$(PORT)/"
	@echo "Sign in as staff: http://127.0.0.1:$(PORT)/admin/"
	@$(PYTHON) manage.py runserver --noreload 127.0.0.1:$(PORT)

tick: export DJANGO_SETTINGS_MODULE = portal.settings.development
tick: $(RUNTIME) ## Do what is due under make run, as a timer would: mail goes to var/mail
	@$(PYTHON) manage.py policy_tick

serve: $(RUNTIME) ## Serve with the settings of the environment, as in production
	@$(PYTHON) -m portal.server

test: $(TOOLS) ## Run every test on SQLite and on PostgreSQL, in a real browser too
	@$(PYTHON) -m tests

test-fast: $(TOOLS) ## Run the tests that need no browser, on SQLite
	@$(PYTHON) -m pytest -n logical --maxprocesses 4 -m "not browser"

bench: $(TOOLS) ## Print what pages cost, beside nginx and a plain Wagtail page
	@$(PYTHON) -m tests.benchmarks.serving
rehearsal: $(TOOLS) ## Start every part from the shipped files, kill each under load, prove nothing is lost
	@$(PYTHON) -m tests.rehearsal

load: $(TOOLS) ## Put 200 visitors and 5 editors on the whole layout for ten minutes
	@$(PYTHON) -m tests.rehearsal.load

audit: $(TOOLS) ## Print every figure of the reading experience; needs npm and Java (docs/audit.md)
	@$(PYTHON) -m tests.audit

check: $(TOOLS) ## Check style, types, imports, templates, migrations and the deployment
	@$(PYTHON) -m ruff check $(CODE)
	@$(PYTHON) -m ruff format --check $(CODE)
	@$(PYTHON) -m djlint --quiet --lint templates
	@$(PYTHON) -m mypy
	@$(PYTHON) $(VENV)/bin/lint-imports --no-logo
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(PYTHON) manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=portal.settings.test \
	  $(PYTHON) -m tests.postgresql $(PYTHON) manage.py lintmigrations
	@DJANGO_SETTINGS_MODULE=portal.settings.production \
	  SECRET_KEY="$$(head -c 48 /dev/urandom | base64 -w 0)" \
	  DATABASE_URL=postgresql://portal@localhost/portal \
	  ALLOWED_HOSTS=portal.example.org BASE_URL=https://portal.example.org \
	  MAIL_FROM=portal@example.org CONSENT_PEPPER=check \
	  SECURITY_CONTACT=mailto:security@example.org \
	  SECURITY_CONTACT_EXPIRES="$$(date -d '+1 year' +%F)" \
	  $(PYTHON) manage.py check --deploy --fail-level WARNING

format: $(TOOLS) ## Rewrite the Python code in the house format
	@$(PYTHON) -m ruff check --fix $(CODE)
	@$(PYTHON) -m ruff format $(CODE)

migrations: $(TOOLS) ## Write the migrations that changed models need
	@$(PYTHON) manage.py makemigrations
	@$(PYTHON) -m ruff check --quiet --fix */migrations */*/migrations
	@$(PYTHON) -m ruff format --quiet */migrations */*/migrations

# The oldest Python that the portal runs on needs the most packages: it is the one to ask.
pins: ## Write requirements*.txt from requirements*.in, with the hash of every file
	@set -e; work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	for python in python3.11 python3; do \
	  if $$python -m venv "$$work" 2>/dev/null; then break; fi; \
	done; \
	"$$work/bin/python" -m pip install -qq pip-tools==7.6.2; \
	for name in requirements requirements-dev; do \
	  CUSTOM_COMPILE_COMMAND="make pins" "$$work/bin/pip-compile" --quiet \
	    --generate-hashes --allow-unsafe --no-strip-extras --no-emit-index-url \
	    --no-emit-find-links --no-emit-trusted-host --output-file $$name.txt $$name.in; \
	done
	@echo "requirements.txt and requirements-dev.txt are written."

sbom: ## Write var/sbom.json: what a server installs, with licences (CycloneDX)
	@set -e; mkdir -p var; work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	python3 -m venv "$$work/portal"; python3 -m venv "$$work/tool"; \
	"$$work/portal/bin/python" -m pip install -qq --requirement requirements.txt; \
	"$$work/portal/bin/python" -m pip uninstall -qq --yes setuptools pip; \
	"$$work/tool/bin/python" -m pip install -qq cyclonedx-bom==7.5.0; \
	"$$work/tool/bin/cyclonedx-py" environment --pyproject pyproject.toml \
	  --output-reproducible --output-file var/sbom.json "$$work/portal/bin/python"
	@echo "var/sbom.json is written."

licences: sbom ## List what a server installs, with versions and licences
	@python3 -c 'import json; [print(c["name"], c["version"], "; ".join(sorted({e.get("expression") or e["license"].get("id") or e["license"].get("name", "") for e in c.get("licenses", [])})) or "not stated", sep="\t") for c in json.load(open("var/sbom.json"))["components"]]'

outdated: $(RUNTIME) ## List packages of which newer releases exist
	@$(PYTHON) -m pip list --outdated

shell: $(RUNTIME) ## Open a Python shell with the models at hand
	@$(PYTHON) manage.py shell

reset: ## Delete the local data in var/, after asking
	@printf "Delete var/ with its database, uploads and mail? [y/N] "; \
	read answer; \
	case "$$answer" in y|Y|yes) rm -rf var; echo "Deleted.";; *) echo "Kept.";; esac

clean: ## Delete the installed packages and caches; keep var/
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find portal policies pages tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The long steps are commands of their own, which a signal to make then reaches.
$(RUNTIME): requirements.txt
	@set -e; \
	if [ -e $@ ]; then rm $@; exit; fi; \
	for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    if ! $$candidate -c 'import ensurepip, venv' 2>/dev/null; then \
	      echo "Please install Python's venv module (on Debian: apt install python3-venv)." >&2; \
	      exit 1; \
	    fi; \
	    exec $$candidate -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "Please install Python 3.11 or newer (on Debian: apt install python3 python3-venv)." >&2; \
	exit 1
	@echo "Installing what the portal needs into $(VENV), about a minute, once ..."
	@$(PYTHON) -m pip install -qq --no-input --requirement requirements.txt
	@touch $@

# Without the first stamp an interruption here, too, leads to a fresh environment.
$(TOOLS): $(RUNTIME) requirements-dev.txt
	@echo "Installing what tests and checks need into $(VENV), about a minute, once ..."
	@rm -f $(RUNTIME)
	@$(PYTHON) -m pip install -qq --no-input --requirement requirements-dev.txt
	@touch $(RUNTIME) $@
