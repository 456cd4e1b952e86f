# make demo   sets up everything and runs the main job on samples/
# make test   sets up everything and runs the tests
# make test-browser   the tests in a real browser (Debian's chromium, installed with apt-get where it is missing)
# make test-ray, test-storage   the tests on Ray, and of recordings in an S3 store (each installs what it needs: some 300 MB)
# A second run is quick: the environment is made again only when pyproject.toml, constraints.txt or requirements.lock change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
DEMO := demo-output
EXTRAS := weights faster report web oidc mail watch postgres mcp
EXTRA_TESTS := build/extra-tests
STORES := tests/store tests/privacy tests/intake/test_importing.py tests/training/test_label_exchange.py

.PHONY: help demo test test-browser test-firefox test-postgres test-ray test-storage postgresql chromium firefox lint format docs models samples benchmark lock sbom fuzz accept clean

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

# torch, and what only its builds for graphics cards ask for, are left out: requirements.lock says why
lock: ## pin exact versions and hashes again, from pyproject.toml and constraints.txt: requirements.lock
	rm -rf build/lock && $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet 'uv>=0.9,<1'
	build/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --constraints constraints.txt \
	  $(EXTRAS:%=--extra %) --group dev --group docs pyproject.toml -o build/lock/all.txt
	grep '^#' requirements.lock > build/lock/new.txt
	awk '/^[a-zA-Z]/ { skip = /^(torch|nvidia-|cuda-)/ } !skip' build/lock/all.txt >> build/lock/new.txt
	mv build/lock/new.txt requirements.lock && rm -rf build/lock

demo: $(STAMP) ## check one sample, batch all of them, and report
	@mkdir -p $(DEMO)
	$(BIN)/vmaudio --db $(DEMO)/demo.sqlite doctor
	$(BIN)/vmaudio --db $(DEMO)/demo.sqlite check samples/09_offer_ray_fast_number.wav --manifest samples/manifest.csv
	$(BIN)/vmaudio --db $(DEMO)/demo.sqlite batch --manifest samples/manifest.csv
	$(BIN)/vmaudio --db $(DEMO)/demo.sqlite outcomes import samples/outcomes.csv
	$(BIN)/vmaudio --db $(DEMO)/demo.sqlite report -o $(DEMO)/team.html
	$(BIN)/vmaudio --db $(DEMO)/demo.sqlite report -o $(DEMO)/team.csv
	@echo "Open $(DEMO)/team.html in a browser; team.csv has every measure. The samples' outcomes are simulated."

test: $(STAMP) ## run the tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

# A busy machine may keep a browser waiting for a minute: a test that timed out is run once more, and the summary names it.
test-browser: $(STAMP) chromium ## run the tests in Chromium
	BROWSER_TESTS_MUST_RUN=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m browser --reruns 1 --only-rerun TimeoutError -rR tests/browser

# Debian's Firefox is driven by WebDriver BiDi, and Playwright 1.65 asks it for more than it can: 1.60 lies in a folder of its own.
test-firefox: $(STAMP) firefox ## run the tests in Debian's Firefox
	test -d build/firefox/playwright || $(BIN)/python -m pip install --quiet --target build/firefox playwright==1.60.0
	FIREFOX_TESTS_MUST_RUN=1 PYTHONPATH=build/firefox OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m firefox --reruns 1 --only-rerun TimeoutError -rR tests/browser

# One server for all of them, on loopback and in a temporary folder; "not real": no recogniser is needed for these.
test-postgres: $(STAMP) postgresql ## run the stores' tests on a PostgreSQL server
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --postgres -m "not browser and not real" $(STORES)

# An environment beside .venv that sees what is in there: Ray and moto are too heavy for every test run.
$(EXTRA_TESTS)/bin/python: $(STAMP)
	$(BIN)/python -m venv $(EXTRA_TESTS)
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > $(EXTRA_TESTS)/path
	cp $(EXTRA_TESTS)/path "$$($@ -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/beside.pth"

test-ray: $(EXTRA_TESTS)/bin/python ## install Ray and run the tests of batch --on ray
	$(EXTRA_TESTS)/bin/python -m pip install --quiet --constraint constraints.txt 'ray>=2.52'
	PYTHONPATH=. OMP_NUM_THREADS=1 $(EXTRA_TESTS)/bin/python -m pytest tests/analysis/test_ray*.py

test-storage: $(EXTRA_TESTS)/bin/python ## install moto's S3 server and run the tests of recordings in a store of objects
	$(EXTRA_TESTS)/bin/python -m pip install --quiet --constraint constraints.txt 's3fs>=2024.6' 'moto[server]>=5,<6'
	PYTHONPATH=. OMP_NUM_THREADS=1 $(EXTRA_TESTS)/bin/python -m pytest tests/audio/test_object_storage.py

postgresql: ## install Debian's postgresql where there is none
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
	  command -v apt-get >/dev/null || { echo "These tests need PostgreSQL, and there is no apt-get here to install it."; exit 1; }; \
	  sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null \
	    || { echo "apt-get could not install postgresql. Install it yourself, with initdb on the path."; exit 1; }; }

chromium: ## install Debian's chromium where there is none
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || test -n "$$CHROMIUM" || { \
	  command -v apt-get >/dev/null || { echo "The browser tests need Chromium, and there is no apt-get here to install it. Install it and set CHROMIUM to its path."; exit 1; }; \
	  sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
	    || { echo "apt-get could not install chromium. Install a Chromium yourself and set CHROMIUM to its path."; exit 1; }; }

firefox: ## install Debian's firefox-esr where there is no Firefox
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null || test -n "$$FIREFOX" || { \
	  command -v apt-get >/dev/null || { echo "These tests need Firefox, and there is no apt-get here to install it. Install it and set FIREFOX to its path."; exit 1; }; \
	  sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends firefox-esr >/dev/null \
	    || { echo "apt-get could not install firefox-esr. Install a Firefox yourself and set FIREFOX to its path."; exit 1; }; }

lint: $(STAMP) ## ruff, mypy and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## let ruff format and mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP) ## write the generated pages again, and the site into build/docs
	$(BIN)/python docs/generate.py
	$(BIN)/python -m sphinx -q -E -W --keep-going -n -b html -d build/doctrees docs build/docs
	@echo "Open build/docs/index.html in a browser."

sbom: ## list what an installation consists of, with licences: build/sbom.json (CycloneDX)
	rm -rf build/sbom && $(PYTHON) -m venv build/sbom/installed && $(PYTHON) -m venv build/sbom/tool
	build/sbom/installed/bin/python -m pip install --quiet --constraint constraints.txt '.[weights,faster,report,web]'
	build/sbom/tool/bin/python -m pip install --quiet 'cyclonedx-bom>=7,<8'
	build/sbom/tool/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
	  --output-reproducible -o build/sbom.json build/sbom/installed/bin/python
	rm -rf build/sbom

# atheris has builds for Linux and macOS; what it finds in ten minutes becomes a small test
fuzz: $(STAMP) ## feed broken input to decode, tables, rubric, entities and uploads for ten minutes
	$(BIN)/python -m pip install --quiet --constraint constraints.txt 'atheris>=3,<4'
	$(BIN)/python -m fuzz --seconds 120

accept: $(STAMP) ## take today's output as the golden files
	VMAUDIO_ACCEPT=1 $(BIN)/python -m pytest -q -m golden

models: $(STAMP) ## train the shipped models again from labels/
	$(BIN)/python -m labels.train_models

samples: $(STAMP) ## synthesise samples/ again (needs flite and espeak-ng)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[samples]'
	$(BIN)/python samples/make_samples.py

benchmark: $(STAMP) ## how right and how fast: writes docs/benchmarks/; ROW=phones measures that row only
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[samples]' praat-parselmouth
	$(BIN)/python -m benchmarks.accuracy $(ROW)

clean: ## remove the environment and what the demo made
	rm -rf $(VENV) $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache
