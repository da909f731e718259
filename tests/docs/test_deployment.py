"""docs/deployment.md, followed on a PostgreSQL, a Redis and an nginx of the test's own."""

import configparser
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.docs.blocks import claim
from tests.docs.paste import beside, environment, for_site, paste
from tests.postgres import Postgres
from tests.servers import ROOT, Redis, Site, free_port, listens
from tests.waiting import until

PAGE = "docs/deployment.md"
INSTALL, ENVIRONMENT, UNIT = claim(PAGE, "apt-get"), claim(PAGE, "SECRET_KEY"), claim(PAGE, "[Unit]")
NGINX, FIRST = claim(PAGE, "# max_fails=0"), claim(PAGE, "set -a")
CADDY, DOCTOR = claim(PAGE, "board.example.com {"), claim(PAGE, "python manage.py live_doctor")
PROBES, DOCKER, SCRAPE = claim(PAGE, "# Kubernetes"), claim(PAGE, "HEALTHCHECK"), claim(PAGE, "scrape_configs")
WRAPPED = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/boardcast.conf;
}}
"""


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    postgres = Postgres().create().start()
    yield postgres
    postgres.remove()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for the path: what changes users and services only runs what it is given."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, does in {"runuser": 'shift 4; exec "$@"', "systemctl": "exit 0"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def server(tmp_path: Path, postgres: Postgres, redis: Redis, programs: Path) -> Iterator[Site]:
    """Set up and started as the page says."""
    statements = re.findall(r'-c "([^"]+)"', INSTALL.code)
    assert len(statements) == 2
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for statement in statements:
            # There is one of that name, whose server it is.
            connection.execute(statement.replace("boardcast", "deployed").encode())
    text = ENVIRONMENT.code.replace("SECRET_KEY=...", f"SECRET_KEY={secrets.token_hex(32)}")
    text = text.replace("boardcast:", "deployed:").replace("5432/boardcast", "5432/deployed")
    text = text.replace(":5432/", f":{postgres.port}/").replace(":6379/", f":{redis.port}/")
    (tmp_path / "boardcast.env").write_text(text)
    folder = beside(tmp_path / "boardcast")
    site = Site(folder)
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PORT", "DJANGO_SETTINGS_MODULE"):
        site.env.pop(name, None)
    site.env |= dict(line.split("=", 1) for line in text.splitlines())
    code = FIRST.code.replace("/etc/boardcast.env", str(tmp_path / "boardcast.env"))
    before, enabled, after = code.partition("systemctl enable")
    assert "check --deploy" in before and enabled and "live_doctor --url https://board.example.com" in after
    path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    printed = paste(before, site, folder, PATH=path)
    assert "no issues" in printed or "0 silenced" in printed, printed
    unit = configparser.RawConfigParser()
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(UNIT.code)
    service = unit["Service"]
    assert service["EnvironmentFile"] == "/etc/boardcast.env" and service["WorkingDirectory"] == "/srv/boardcast"
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    command = shlex.split(service["ExecStart"].replace("/srv/boardcast", str(folder)).replace("8001", str(site.port)))
    with site.log.open("ab") as log:
        site.process = subprocess.Popen(command, cwd=folder, env=site.env, stdout=log, stderr=log)
    until(lambda: listens(site.port), f"a server on port {site.port}", 60)
    yield site
    assert site.stop() == 0


def test_workers_behind_nginx(server: Site, tmp_path: Path) -> None:
    folder = tmp_path / "nginx"
    folder.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=board.example.com"]
        + ["-keyout", folder / "board.example.com.key", "-out", folder / "board.example.com.pem"],
        check=True,
        capture_output=True,
    )
    plain, encrypted = free_port(), free_port()
    code = NGINX.code.replace("/etc/ssl", str(folder))
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{encrypted} ssl;",
        "127.0.0.1:8001 ": f"127.0.0.1:{server.port} ",
    }.items():
        assert old in code
        code = code.replace(old, new)
    (folder / "boardcast.conf").write_text(code)
    (folder / "nginx.conf").write_text(WRAPPED.format(folder=folder))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [program, "-e", folder / "error.log", "-c", folder / "nginx.conf", "-p", folder]
    nginx = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: listens(encrypted) or nginx.poll() is not None, "an nginx")
        assert nginx.poll() is None, (folder / "error.log").read_text()
        context = ssl._create_unverified_context()
        host = {"Host": "board.example.com"}
        request = urllib.request.Request(f"https://127.0.0.1:{encrypted}/accounts/login/", headers=host)
        with urllib.request.urlopen(request, context=context) as answer:
            assert answer.status == 200 and "secure" in answer.headers["Set-Cookie"].lower()
        redirected = Site(tmp_path, port=plain).http("GET", "/any", headers=host)
        assert (redirected.status, redirected.headers["Location"]) == (301, "https://board.example.com/any")
    finally:
        nginx.terminate()
        nginx.wait(10)
    # A new version, by ExecReload: the port is open all the time.
    assert server.process is not None
    server.process.send_signal(signal.SIGHUP)
    for _ in range(20):
        assert server.http("GET", "/healthz").status == 200


def test_what_is_installed_is_there() -> None:
    subprocess.run(["bash", "-n", "-c", INSTALL.code], check=True)
    (requirements,) = re.findall(r"pip install -r (\S+)", INSTALL.code)
    assert (ROOT / requirements).exists()


def test_below_a_path_behind_caddy(stopped_site: Site, tmp_path: Path) -> None:
    stopped_site.start(BASE_PATH="/status")
    port, file = free_port(), tmp_path / "Caddyfile"
    code = CADDY.code.replace("board.example.com", f"http://127.0.0.1:{port}")
    code = code.replace("127.0.0.1:8001", f"127.0.0.1:{stopped_site.port}")
    file.write_text("{\nadmin off\n}\n" + code)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
    caddy = subprocess.Popen(command, env={"HOME": str(tmp_path), **os.environ}, stderr=subprocess.DEVNULL)
    try:
        until(lambda: listens(port), f"a Caddy on port {port}")
        outside = Site(tmp_path, port=port)
        assert outside.http("GET", "/status").headers["Location"] == "/status/"
        assert outside.http("GET", "/status/boards/this-week/").status == 200
    finally:
        caddy.terminate()
        caddy.wait(10)


def test_a_running_site_is_watched(site: Site, folder: Path) -> None:
    assert paste(DOCTOR.code.replace("https://board.example.com", f"http://127.0.0.1:{site.port}"), site, folder)
    probes = yaml.safe_load(PROBES.code)
    for name in ("livenessProbe", "readinessProbe"):
        assert site.http("GET", probes[name]["httpGet"]["path"]).status == 200
    subprocess.run(["sh", "-c", for_site(DOCKER.code.partition("CMD ")[2], site)], env=environment(site), check=True)
    (job,) = yaml.safe_load(SCRAPE.code)["scrape_configs"]
    token = paste("python manage.py token create prometheus --scope metrics", site, folder).strip()
    answer = site.http("GET", job["metrics_path"], headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200 and "live_render_seconds" in answer.text
    assert json.dumps(job["authorization"]) == '{"credentials_file": "/etc/prometheus/boardcast.token"}'
