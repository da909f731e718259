"""Real servers for tests: the site as its users start it, and a Redis. Each on a free port of 127.0.0.1."""

import contextlib
import http.client
import http.cookiejar
import itertools
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.waiting import until

ROOT = Path(__file__).resolve().parents[1]
# That run the same application as ``manage.py serve``, as docs/howto/servers.md has them.
SERVERS = {
    "uvicorn": "uvicorn --port {port} --ws-per-message-deflate false",
    "granian": "granian --interface asgi --port {port}",
    "gunicorn": "gunicorn --bind 127.0.0.1:{port} --worker-class uvicorn_worker.UvicornWorker --no-control-socket",
}


# Below those that the kernel gives to clients: a page that looks for a server that is away would take it. Each process
# of a test run has some of its own, and gives none of them twice: what is to listen on one may not have begun to.
_process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
_ports = itertools.cycle(random.sample(range(20_000 + _process, 32_000, 16), 12_000 // 16))


def free_port() -> int:
    return next(port for port in _ports if not listens(port))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def libfaketime() -> str:
    """The library that gives a process another clock: Debian's, by architecture, or where others put it."""
    places = ("lib/*/faketime", "lib/faketime", "local/lib/faketime")
    found = [str(path) for place in places for path in Path("/usr").glob(f"{place}/libfaketime.so.1")]
    assert found, "libfaketime is needed (Debian: apt-get install faketime)"
    return found[0]


def movable_clock(site: "Site") -> Path:
    """The file that says by how many seconds the clock of the site's servers is wrong, within a second: those that are
    started from now on."""
    file = site.folder / "clock"
    file.write_text("+0")
    site.env |= {
        "LD_PRELOAD": libfaketime(),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    return file


def copy_project(folder: Path) -> Path:
    """A copy of all that runs, in a new folder: without the ``var/`` of whoever works in this repository."""
    for name in ("live", "site", "templates", "static"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy2(ROOT / "manage.py", folder)
    return folder


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Site:
    """One installation: a database and a secret of its own, and any number of server processes, one after another."""

    folder: Path
    port: int = field(default_factory=free_port)
    env: dict[str, str] = field(default_factory=dict)
    token: str = ""
    # Where its manage.py is.
    root: Path = ROOT
    python: str = sys.executable
    process: subprocess.Popen[bytes] | None = None
    # Of `serve`: so many processes behind one socket; 0: one, without a supervisor. `make test-faults` sets it to 2.
    workers: int = field(default_factory=lambda: int(os.environ.get("SERVE_WORKERS", "0")))
    # Which of SERVERS runs the application in place of `serve`; "": none. `make test-servers` sets it to each.
    server: str = field(default_factory=lambda: os.environ.get("ASGI_SERVER", ""))
    # What tests have opened, closed before the server is stopped.
    opened: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __post_init__(self) -> None:
        clean = {
            name: value for name, value in os.environ.items() if name not in {"DEBUG", "HOST", "DJANGO_SETTINGS_MODULE"}
        }
        self.env = {
            **clean,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": f"sqlite:///{self.folder}/db.sqlite3",
            "REDIS_URL": "",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **self.env,
        }
        self.log = self.folder / f"server-{self.port}.log"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> "Site":
        """Migrate and make what a first start makes; the admin's password is ``admin`` and ``token`` may do all."""
        self.manage("migrate", "-v0")
        made = self.shell(
            "from boards.bootstrap import prepare; made = prepare();"
            "from django.contrib.auth.models import User; user = User.objects.get();"
            "user.set_password('admin'); user.save();"
            "from tokens.models import Token; Token.objects.update(scopes=['write:*', 'banners']); print(made.token)"
        )
        self.token = made.split()[-1]
        return self

    def beside(self) -> "Site":
        """A second server of the same installation, on another port."""
        other = Site(self.folder, env={name: value for name, value in self.env.items() if name != "PORT"})
        other.token = self.token
        return other

    def start(self, command: str = "serve", *arguments: str, **env: str) -> "Site":
        """Start a server process, with its workers, and wait until it accepts connections."""
        if command == "serve" and self.workers and "--workers" not in arguments:
            arguments = (*arguments, "--workers", str(self.workers))
        words, env = ["manage.py", command, *arguments], {**self.env, **env}
        if command == "serve" and self.server:
            words = ["-m", *SERVERS[self.server].format(port=self.port).split(), "tests.asgi:application"]
            env = {"DJANGO_SETTINGS_MODULE": "config.settings", **env, "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
        begun = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.python, *words],
                cwd=self.root,
                env=env,
                stdout=log,
                stderr=log,
            )
        until(lambda: listens(self.port) or self.process.poll() is not None, f"a server on port {self.port}", 60)
        assert self.process.poll() is None, f"the server ended:\n{self.log.read_text()}"
        if "--workers" in arguments:
            until(lambda: " workers\n" in self.log.read_text()[begun:], "all workers", 60)
        return self

    def worker_processes(self) -> list[psutil.Process]:
        """The workers behind its supervisor, those that stop or start included; of other servers all its children."""

        def is_worker(child: psutil.Process) -> bool:
            try:
                return bool(self.server) or "--worker" in child.cmdline()
            except psutil.NoSuchProcess:
                return False

        return [*filter(is_worker, psutil.Process(self.process.pid).children())]

    @property
    def processes(self) -> list[psutil.Process]:
        """Those that serve."""
        return self.worker_processes() if self.workers else [psutil.Process(self.process.pid)]

    def kill(self) -> None:
        """End it as a power cut would."""
        workers = self.worker_processes()
        self.process.kill()
        for worker in workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.kill()
        self.process.wait(10)
        until(lambda: not any(worker.is_running() for worker in workers), "the workers are gone")

    def kill_worker(self) -> None:
        """End the one of its workers that has run for the longest time, in the same way."""
        until(self.worker_processes, "a worker")
        min(self.worker_processes(), key=psutil.Process.create_time).kill()

    def replace_workers(self) -> None:
        """SIGHUP; wait until all are replaced, and the old ones have stopped."""
        before = self.worker_processes()
        self.process.send_signal(signal.SIGHUP)
        until(lambda: not any(worker.is_running() for worker in before), "all workers are replaced", 60)

    def stop(self) -> int:
        """Close what the test has opened, and end the server."""
        self.opened.close()
        return self.stop_only()

    def stop_only(self) -> int:
        """Ask the server to end, as an operator does, and wait until it has; its exit status."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def manage(self, *arguments: str, **env: str) -> str:
        """Another process of the same installation. Its output; an error shows all of it."""
        done = subprocess.run(
            [self.python, "manage.py", *arguments],
            cwd=self.root,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"manage.py {arguments[0]}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def shell(self, code: str) -> str:
        """Python in another process: ``manage.py shell -c``."""
        return self.manage("shell", "--no-imports", "-c", code)

    def send(self, *points: dict[str, Any], token: str | None = None) -> Answer:
        """POST points through the public API."""
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        return self.http("POST", "/api/points", json.dumps(list(points)).encode(), headers)

    def http(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request, without cookies or redirects."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()

    def browse(self) -> "Session":
        return Session(self)

    def counters(self) -> dict[str, float]:
        """The process's counters, read as staff: ``{"live_renders_total": 3.0}``, summed over labels, and per label. Of
        workers, those of all."""
        text = self.browse().sign_in().get("/live/metrics").text
        found: dict[str, float] = {}
        for name, labels, value in re.findall(r"^(\w+)(\{[^}]*\})? ([\d.e+]+)$", text, re.MULTILINE):
            found[name] = found.get(name, 0) + float(value)
            if labels := re.sub(r',?worker="\d+"|\{\}', "", labels).replace("{}", ""):
                found[name + labels] = found.get(name + labels, 0) + float(value)
        return found


class Session:
    """A person without a browser: cookies, forms and redirects, and no script."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(rfc2965=False))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.site.address + path))

    def post(self, path: str, form: dict[str, Any], **headers: str) -> Answer:
        """Send a form of a page that was read before."""
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": self.cookie("csrftoken"), **form}).encode()
        return self._open(
            urllib.request.Request(self.site.address + path, data, {"Referer": self.site.address, **headers})
        )

    def sign_in(self, name: str = "admin", password: str = "admin") -> "Session":
        self.get("/accounts/login/")
        self.post("/accounts/login/", {"username": name, "password": password})
        assert self.cookie("sessionid"), f"{name} could not sign in"
        return self

    def cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self.jar if cookie.name == name), "")

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())


@dataclass
class Redis:
    """A Redis server of this test's own, without persistence."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Redis":
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "enable-debug-command": "local",
            "save": "",
            "appendonly": "no",
            "dir": self.folder,
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self.process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)
        until(lambda: listens(self.port), f"a Redis on port {self.port}")
        return self

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
