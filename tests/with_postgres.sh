#!/usr/bin/env bash
# Runs a command with DATABASE_URL set to a new, empty PostgreSQL on 127.0.0.1, and removes it afterwards.
set -eu
bin=$(dirname "$(command -v postgres || ls -d /usr/lib/postgresql/*/bin/postgres | tail -1)")
dir=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# PostgreSQL refuses to run as root; its Debian package brings a user for that.
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$dir"
cd "$dir"
as "$bin/initdb" --pgdata="$dir/data" --username=boardcast --auth=trust --encoding=UTF8 > "$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
trap 'as "$bin/pg_ctl" --pgdata="$dir/data" --mode=immediate stop > /dev/null; rm -rf "$dir"' EXIT
as "$bin/pg_ctl" --pgdata="$dir/data" --wait --log="$dir/server.log" \
  --options="-h 127.0.0.1 -p $port -k $dir -c fsync=off" start > /dev/null || { cat "$dir/server.log"; exit 1; }
cd "$OLDPWD"
DATABASE_URL="postgres://boardcast@127.0.0.1:$port/postgres" "$@"
