#!/usr/bin/env bash
# Installs from npm, pinned, beside the virtual environment: what the tests and `make lint` need, or with "senders" what
# `make test-senders` does, with "fanout" and "browser" what `make bench-fanout` and `make bench-browser` compare with,
# or with "fonts" what `make fonts` makes ours of. Needs npm (Debian: apt-get install npm).
set -eu
cd "$(dirname "$0")/.."
case ${1:-tests} in
  tests) PACKAGES="axe-core@4.14.1 acorn@8.19.0 htmx.org@2.0.0 htmx-ext-ws@2.0.0" into=.venv/npm ;;
  browser) PACKAGES="vue@3.5.45 chart.js@4.6.1" into=.venv/npm-browser ;;
  fonts) PACKAGES="inter-ui@4.1.1" into=.venv/npm-fonts ;;
  fanout) PACKAGES="ws@8.23.0" into=.venv/npm-fanout ;;
  senders) PACKAGES="@influxdata/influxdb-client@1.35.0 prom-client@15.1.3" into=.venv/npm-senders ;;
  *) echo "usage: tests/npm.sh [tests|browser|fanout|fonts|senders]" >&2; exit 2 ;;
esac

[ "$(cat "$into/installed" 2> /dev/null)" = "$PACKAGES" ] && [ -d "$into/node_modules" ] && exit 0
if ! command -v npm > /dev/null; then
  echo "The tests need npm, which is not here. Install it (Debian: sudo apt-get install npm) and try again." >&2
  exit 1
fi
echo "Installing $PACKAGES ..."
mkdir -p "$into"
# shellcheck disable=SC2086
npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix "$into" $PACKAGES > "$into/log" 2>&1 || { tail -20 "$into/log" >&2; exit 1; }
echo "$PACKAGES" > "$into/installed"
