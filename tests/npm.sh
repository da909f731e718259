#!/usr/bin/env bash
# Installs what the tests and `make lint` need from npm, pinned, beside the virtual environment. Needs npm (Debian: apt-get
# install npm).
set -eu
cd "$(dirname "$0")/.."
PACKAGES="axe-core@4.14.1 acorn@8.19.0"
into=.venv/npm

[ "$(cat "$into/installed" 2> /dev/null)" = "$PACKAGES" ] && [ -s "$into/node_modules/axe-core/axe.min.js" ] && exit 0
if ! command -v npm > /dev/null; then
  echo "The tests need npm, which is not here. Install it (Debian: sudo apt-get install npm) and try again." >&2
  exit 1
fi
echo "Installing $PACKAGES ..."
mkdir -p "$into"
# shellcheck disable=SC2086
npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix "$into" $PACKAGES > "$into/log" 2>&1 || { tail -20 "$into/log" >&2; exit 1; }
echo "$PACKAGES" > "$into/installed"
