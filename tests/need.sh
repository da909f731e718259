#!/usr/bin/env bash
# Brings the programs that the tests drive, where it may: on Debian as root. Elsewhere it says what is missing, and fails.
# Without arguments: all of them, but for those that have a target of their own: Firefox, InfluxDB and Pushgateway.
set -eu
declare -A package=([chromium]=chromium-headless-shell [chromium-headless-shell]=chromium-headless-shell [redis-server]=redis-server [postgres]=postgresql [pgbouncer]=pgbouncer [faketime]=faketime [npm]=npm [curl]=curl [influxd]=influxdb [prometheus-pushgateway]=prometheus-pushgateway [nginx]=nginx-light [caddy]=caddy [openssl]=openssl [msgfmt]=gettext [firefox-esr]=firefox-esr [iptables]=iptables)

have() {
  case $1 in
    chromium) for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable chrome; do command -v "$name" > /dev/null && return; done
      compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium-*" > /dev/null || [ -d "/Applications/Google Chrome.app" ] ;;
    postgres) command -v postgres > /dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null ;;
    *) command -v "$1" > /dev/null ;;
  esac
}

missing=()
for program in "${@:-chromium redis-server postgres pgbouncer faketime iptables nginx caddy openssl npm curl}"; do
  for each in $program; do have "$each" || missing+=("${package[$each]}"); done
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } > /tmp/boardcast-apt.log 2>&1 || { tail -20 /tmp/boardcast-apt.log; exit 1; }
  exit 0
fi
echo "The tests need programs that are not here: ${missing[*]}. Install them (Debian: sudo apt-get install ${missing[*]}) and try again." >&2
exit 1
