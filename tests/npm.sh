#!/usr/bin/env bash
# Installs what the tests need from npm, pinned, beside the virtual environment. Needs npm (Debian: apt-get install npm).
set -eu
cd "$(dirname "$0")/.."
AXE=4.14.1
into=.venv/npm

[ "$(cat "$into/axe-core" 2> /dev/null)" = "$AXE" ] && [ -s "$into/node_modules/axe-core/axe.min.js" ] && exit 0
if ! command -v npm > /dev/null; then
  echo "The tests need npm, which is not here. Install it (Debian: sudo apt-get install npm) and try again." >&2
  exit 1
fi
echo "Installing axe-core $AXE ..."
mkdir -p "$into"
npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix "$into" "axe-core@$AXE" > "$into/log" 2>&1 || { tail -20 "$into/log" >&2; exit 1; }
echo "$AXE" > "$into/axe-core"
