# `make run` and `make test` are all that a new machine needs; both make .venv first.
VENV := .venv
PYTHON := $(VENV)/bin/python
# Where the settings look for SECRET_KEY when it is not set.
SECRET := var/secret
# Tests run on as many cores as there are, up to four; WORKERS=0 runs them one after the other, as a debugger needs it.
WORKERS ?= auto
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --maxprocesses 4
# Tests that start servers and browsers wait half of the time: four at once, also on two cores.
PYTEST_SERVERS := $(PYTHON) -m pytest -n $(if $(filter auto,$(WORKERS)),4,$(WORKERS)) --durations=0 --durations-min=10
# What runs the application in place of `manage.py serve`, and which tests are run on each of them.
SERVERS ?= uvicorn granian gunicorn
ON_SERVERS ?= tests/socket
# Python may keep what it compiles: else each of the many processes of a test run compiles everything again.
unexport PYTHONDONTWRITEBYTECODE
MEASURED := --cov --cov-config=tests/servers.coveragerc --cov-report=
# What decides, and what makes HTML: every branch of it is run by a test.
COVERED := live/keys.py,live/page/*,live/rendering/*,live/hub/core.py,live/hub/cursors.py,live/hub/mailbox.py
COVERED := $(COVERED),live/hub/render_slots.py,live/hub/scheduler.py,live/hub/viewer.py,live/hub/watches.py

# An input that breaks something is in var/fuzz.
FUZZ_SECONDS ?= 300
FUZZ := -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 -max_len=65536
FUZZ += -dict=tests/fuzz/words.dict -artifact_prefix=var/fuzz/

.PHONY: run dev test test-fast test-coverage test-faults test-soak test-mutation test-senders test-differential test-fuzz test-postgres test-servers test-firefox test-matrix lint docs translations format fonts pictures bench-fanout bench-charts bench-storm bench-notices bench-access bench-rows bench-board bench-browser bench-ingest bench-ranges bench-drops bench-wire bench-sockets benchmarks clean

## Run: migrate, make what a first start needs, serve http://127.0.0.1:8000 and collect this machine's numbers.
run: $(VENV)/runs $(SECRET)
	@exec $(PYTHON) manage.py run

## The same with DEBUG, starting again when the code changes.
dev: $(VENV)/runs $(SECRET)
	@DEBUG=1 exec $(PYTHON) manage.py run --reload

## Every test, with a real browser, Redis and PostgreSQL.
test: $(VENV)/tests
	@tests/need.sh
	@tests/npm.sh
	@tests/django_messages.sh
	$(PYTEST) tests/unit/live --cov --cov-report=
	$(PYTHON) -m coverage report --fail-under=100 --include="$(COVERED)"
	$(PYTEST) tests/unit --ignore=tests/unit/live
	$(PYTEST_SERVERS) --dist worksteal --ignore=tests/unit -m "not (storm or slow or soak or firefox or matrix or senders or differential)"
	$(PYTHON) -m pytest tests/socket tests/faults -m storm
	@$(MAKE) --no-print-directory test-servers ON_SERVERS="tests/socket/test_servers.py tests/socket/test_refusals.py"
	@$(MAKE) --no-print-directory test-postgres

## What needs neither browser nor server: a minute or two.
test-fast: $(VENV)/tests
	@tests/django_messages.sh
	$(PYTEST) tests/unit -q

## Which branches of live/ no test runs: servers are measured too, also on PostgreSQL. Half an hour, and no time limit of a
## test means anything: a server that is measured has half of its speed.
test-coverage: $(VENV)/tests
	@tests/need.sh
	@tests/npm.sh
	@tests/django_messages.sh
	rm -f .coverage .coverage.*
	-$(PYTEST_SERVERS) --dist worksteal -m "not (storm or slow or soak or firefox or matrix or senders or differential)" $(MEASURED)
	-HYPOTHESIS_PROFILE=few tests/with_postgres.sh $(PYTEST) -m database $(MEASURED) --cov-append
	$(PYTHON) -m coverage report --skip-covered --show-missing --fail-under=100 --include="live/*"

# What strangers may do to a server.
ABUSE := $(addprefix tests/socket/test_,limits_on_requests.py limits_on_sockets.py bodies_on_their_way.py refusals.py)

## Every fault, those that last a minute, too, and more of the sequences that are drawn: a quarter of an hour. Then the
## shorter ones, and abuse, with two workers behind each server.
test-faults: $(VENV)/tests
	@tests/need.sh
	@tests/need.sh firefox-esr
	HYPOTHESIS_PROFILE=many $(PYTHON) -m pytest tests/faults -m fault
	SERVE_WORKERS=2 $(PYTHON) -m pytest tests/faults $(ABUSE) -m "not (slow or firefox or browser)"
	$(PYTHON) -m pytest tests/faults -m firefox

## Minutes of load: bursts, a reader that never reads, visits of which nothing may stay; and ten of 1,000 viewers and 20
## updates a second, with the memory and the p99 of each. SOAK_SECONDS=3600 and STEADY_SECONDS=3600 for an hour.
test-soak: $(VENV)/tests
	@tests/need.sh redis-server postgres
	$(PYTHON) -m pytest tests/soak -m soak -rP

## The tests of the socket on other ASGI servers: a quarter of an hour.
test-servers: $(VENV)/tests
	@tests/need.sh
	@for server in $(SERVERS); do \
		echo "On $$server:"; \
		ASGI_SERVER=$$server $(PYTEST_SERVERS) $(ON_SERVERS) -m "not (storm or serve)" || exit 1; \
	done

## What senders send, right and wrong, to InfluxDB, to a Pushgateway and to us: the same is accepted, and stored.
test-differential: $(VENV)/tests
	@tests/need.sh influxd prometheus-pushgateway
	$(PYTHON) -m pytest tests/differential -m differential

## What nobody sends: to every address of ingest, and for FUZZ_SECONDS to each parser of its own. A quarter of an hour.
test-fuzz: $(VENV)/fuzz
	HYPOTHESIS_PROFILE=many $(PYTHON) -m pytest tests/unit/series/ingest/test_fuzz.py
	@mkdir -p var/fuzz
	$(PYTHON) tests/fuzz/parsers.py line_protocol $(FUZZ)
	$(PYTHON) tests/fuzz/parsers.py exposition $(FUZZ)

## The engine's deciding parts and its HTML, changed in small ways, each of which a unit test must notice: half an hour.
test-mutation: $(VENV)/mutation
	rm -rf mutants
	TEST_DEADLINE_SECONDS=5 $(VENV)/bin/mutmut run
	$(VENV)/bin/mutmut results

## Programs of others send, unchanged, to a running server: InfluxDB's and Prometheus' clients for Python and for Node, curl,
## and whatever docs/sending-data.md has to paste.
test-senders: $(VENV)/senders
	@tests/need.sh npm curl
	@tests/npm.sh senders
	$(PYTHON) -m pytest tests/senders -m senders

## The tests that touch the database, on a PostgreSQL of their own.
test-postgres: $(VENV)/tests
	HYPOTHESIS_PROFILE=few tests/with_postgres.sh $(PYTEST) -m database

## The gallery in a real Firefox, whose screenshots are then in var/gallery/, and its return after a minute without a server.
test-firefox: $(VENV)/tests
	@tests/need.sh firefox-esr
	$(PYTHON) -m pytest tests/browser/test_gallery_firefox.py tests/browser/test_displays_firefox.py tests/faults/test_connections.py -m firefox

## The tests of live, and a new project with it, on every Python and Django that it is for.
test-matrix: $(VENV)/tests
	@tests/need.sh chromium
	$(PYTHON) -m tests.matrix

lint: $(VENV)/tests docs
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	DEBUG=1 $(VENV)/bin/mypy live site/config site/accounts site/boards site/series site/tokens site/gallery
	@tests/need.sh npm msgfmt
	$(PYTHON) -m tests.translations
	@tests/npm.sh
	node tests/floor.mjs $(VENV)/lib/python*/site-packages/django_htmx/static/django_htmx/htmx-2.min.js

## The words of live/ in other languages: catalogues with what is new in them, for a translator; and compiled.
translations: $(VENV)/tests
	@tests/need.sh msgfmt
	$(PYTHON) -m tests.translations --update

## The documentation as pages, in var/docs/index.html; what is wrong in it is an error.
docs: $(VENV)/docs
	$(VENV)/bin/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going docs var/docs

## The font files of live/static/live/fonts, of those that the authors of Inter publish.
fonts: $(VENV)/tests
	@tests/npm.sh fonts
	$(PYTHON) tests/fonts/subset.py

## The pictures of README in docs/, of a real site in a real browser.
pictures: $(VENV)/tests
	@tests/need.sh chromium faketime
	$(PYTHON) -m tests.pictures

format: $(VENV)/tests
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

## What a change costs at 100, 1,000 and 4,000 viewers, beside websockets.broadcast(), Node ws and a consumer per socket;
## with one viewer; the memory of idle ones; latencies; after a reconnect of 1,000. A quarter of an hour.
bench-fanout: $(VENV)/tests
	@tests/need.sh redis-server npm
	@tests/npm.sh fanout
	$(PYTHON) tests/bench/fanout/run.py

bench-storm: $(VENV)/tests
	@tests/need.sh redis-server
	$(PYTHON) tests/bench/fanout/run.py --storm

## What a notice to everyone costs at 1,000 viewers; it must be rendered once.
bench-notices: $(VENV)/tests
	@tests/need.sh redis-server
	$(PYTHON) tests/bench/fanout/run.py --notice

## What it costs to ask again who may see 5,000 open pages, against session by session; at most a tenth of a core.
bench-access: $(VENV)/tests
	$(PYTHON) tests/bench/bench_access.py

## What a page of 100 rows costs with load_many: until it has come, beside the page without live, and while it is open.
bench-rows: $(VENV)/tests
	$(PYTHON) tests/bench/bench_rows.py

## How many points a second come in, and how long each sender waits, beside InfluxDB in the same run; on SQLite, then on PostgreSQL.
bench-ingest: $(VENV)/tests
	@tests/need.sh postgres influxd
	$(PYTHON) tests/bench/bench_ingest.py
	$(PYTHON) tests/bench/bench_ingest.py --postgres

## How long a board of 12 panels takes to paint over any range, of a year at 1 Hz: under 300 ms, and 100 after the first time.
bench-ranges: $(VENV)/tests
	$(PYTHON) tests/bench/bench_ranges.py

## What a board of 100 panels costs beside one of 12: until it is painted, and for one push.
bench-board: $(VENV)/tests
	@tests/need.sh chromium redis-server
	$(PYTHON) tests/bench/bench_board.py

## What 12 charts that are pushed 10 times a second cost a browser, beside Vue and Chart.js; and what a page at rest does.
bench-browser: $(VENV)/tests
	@tests/need.sh chromium redis-server npm
	@tests/npm.sh browser
	$(PYTHON) tests/bench/bench_browser.py

## What charts cost, beside pygal and matplotlib; their bytes may not be more than a prototype's.
bench-charts: $(VENV)/bench
	$(PYTHON) tests/bench/bench_charts.py

## What arrives at 500 clients whose network comes and goes, beside a consumer per socket and python-socketio. Four minutes.
bench-drops: $(VENV)/bench
	@tests/need.sh chromium
	$(PYTHON) tests/bench/bench_drops.py

## Bytes and CPU of a delivery, as it is and compressed: once for all, and for each socket by uvicorn. Three minutes.
bench-wire: $(VENV)/bench
	$(PYTHON) tests/bench/bench_wire.py

## What 10,000 open pages are for one process: memory, and a change to all of them. A minute or two.
bench-sockets: $(VENV)/bench
	$(PYTHON) tests/bench/bench_sockets.py

## All of these, and what they print into docs/benchmarks.md: an hour, on a machine that does nothing else. ONLY="fanout
## drops" for some.
benchmarks: $(VENV)/tests $(VENV)/bench
	$(PYTHON) tests/bench/page.py $(ONLY)

clean:
	rm -rf $(VENV) .venv-matrix .pytest_cache .mypy_cache .ruff_cache .coverage mutants

# Stamps: installed again only when the pins change, so that a second start is quick.
$(VENV)/runs: requirements.txt
	@python3 -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	@echo "Installing into $(VENV) ..."
	@test -x $(PYTHON) || python3 -m venv $(VENV)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/tests: requirements.txt requirements-dev.txt | $(VENV)/runs
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/docs: requirements.txt requirements-docs.txt | $(VENV)/runs
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@touch $@

$(VENV)/mutation: requirements-mutation.txt | $(VENV)/tests
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-mutation.txt
	@touch $@

$(VENV)/senders: requirements-senders.txt | $(VENV)/tests
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-senders.txt
	@touch $@

$(VENV)/fuzz: requirements-fuzz.txt | $(VENV)/tests
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-fuzz.txt
	@touch $@

$(VENV)/bench: requirements-bench.txt | $(VENV)/tests
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

$(SECRET):
	@umask 077 && mkdir -p $(dir $@) && python3 -c 'import secrets; print(secrets.token_urlsafe(50))' > $@
