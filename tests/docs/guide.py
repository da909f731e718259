"""A page of docs/ for somebody who builds with ``live``, followed by the letter: what it says to write is written, what
it says to run is run, in the order of the page. A block that cannot be followed is an error, so that none is left out.

A block of code says in its first line, a comment, which file it is; ``, at its end`` adds it to what is there. Commands
are run one by one; one that serves goes on while the page is tried as a browser would, until the next one that serves.
"""

import importlib.metadata
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.pages import OpenPage
from tests.proxies import Nginx
from tests.servers import ROOT, Site, free_port, listens
from tests.waiting import until

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"^(?:# |\{# |// )(/?[\w./-]+)(, at its end)?(?: #\})?\n")
SERVERS = ("daphne ", "uvicorn ", "granian ", "gunicorn ", "python manage.py serve ")
PORT = "8000"


@dataclass
class Project:
    """A project in ``folder``, which the page is about; a page of it that is live is at ``path``."""

    folder: Path
    path: str = "/"
    site: Site | None = None
    proxies: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """The commands of this Python's environment, and of this repository ``live`` alone."""
        package = self.folder.parent / "package"
        package.mkdir(exist_ok=True)
        if not (package / "live").exists():
            (package / "live").symlink_to(ROOT / "live")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        # The package's entry point for pytest comes with its wheel.
        plugin = {"PYTEST_PLUGINS": "live.pytest_plugin"}
        return {"PATH": path, "HOME": str(self.folder), "PYTHONPATH": str(package), "PYTHONUNBUFFERED": "1", **plugin}

    def follow(self, page: Path) -> None:
        """Do what the page says."""
        try:
            for language, code in BLOCK.findall(page.read_text()):
                follow = getattr(self, f"follow_{language}", self.write)
                follow(code)
        finally:
            self.stop()

    def write(self, code: str) -> None:
        match = FILE.match(code)
        assert match, f"a block that does not say which file it is:\n{code}"
        path = self.folder / match[1].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        assert not match[2] or path.exists(), f"{match[1]} is added to, and is not there"
        path.write_text((path.read_text() + "\n" if match[2] else "") + code.partition("\n")[2])

    def follow_sh(self, code: str) -> None:
        for line in code.strip().splitlines():
            if line.startswith("pip install "):
                installed(line)
            elif line.startswith(SERVERS):
                self.serve(line)
            else:
                done = subprocess.run(
                    ["sh", "-euc", line], cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=120
                )
                assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"

    def serve(self, line: str) -> None:
        """Start what serves, and try whether its page is live."""
        self.stop()
        site = self.site = Site(self.folder.parent, root=self.folder)
        command = shlex.split(re.sub(rf"\b{PORT}\b", str(site.port), line))
        with site.log.open("ab") as log:
            site.process = subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=log, stderr=log)
        until(lambda: listens(site.port) or site.process.poll() is not None, f"a server by {line}", 60)  # type: ignore[union-attr]
        assert site.process.poll() is None, f"{line} ended:\n{site.log.read_text()}"
        self.is_live(site, over_http="wsgi" in line)
        assert "Traceback" not in site.log.read_text(), site.log.read_text()

    def is_live(self, site: Site, *, over_http: bool = False) -> None:
        page = OpenPage(site, self.path)
        if over_http:
            answer = site.http("POST", "/live/page", page.report().encode(), {"Content-Type": "application/json"})
            assert answer.status in (200, 204) and answer.headers["Live-Time"], answer
        else:
            page.live()
            page.socket.close()

    def follow_nginx(self, code: str) -> None:
        """In front of what is being served, with the directives of the page's server."""
        directives = re.search(r"location / \{\s*proxy_pass [^;]+;(.*?)\}", code, re.DOTALL)
        assert directives and self.site, code
        with Nginx(self.folder.parent / "nginx", self.site.port, directives[1]) as nginx:
            self.is_live(Site(self.folder.parent, port=nginx.port))

    def follow_caddy(self, code: str) -> None:
        assert self.site
        port, file = free_port(), self.folder.parent / "Caddyfile"
        code = code.replace("shop.example.com", f"http://127.0.0.1:{port}").replace(PORT, str(self.site.port))
        file.write_text("{\nadmin off\n}\n" + code)
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
        self.proxies.append(subprocess.Popen(command, env=self.env, stderr=subprocess.DEVNULL))
        until(lambda: listens(port), f"a Caddy on port {port}")
        self.is_live(Site(self.folder.parent, port=port))

    def follow_yaml(self, code: str) -> None:
        """Of Traefik, which Debian does not have: that it can be read, and leads to what is served."""
        made = yaml.safe_load(code)["http"]
        service = made["services"][made["routers"]["shop"]["service"]]
        assert service["loadBalancer"]["servers"] == [{"url": f"http://127.0.0.1:{PORT}"}]

    def stop(self) -> None:
        for process in self.proxies:
            process.terminate()
            process.wait(10)
        self.proxies.clear()
        if self.site is not None:
            self.site.stop()


def installed(line: str) -> None:
    """What the page says to install is there: in the environment of the tests, in a version that is pinned."""
    for word in shlex.split(line)[2:]:
        name = re.split(r"[\[<>=~]", word)[0]
        if not name.startswith("/"):
            importlib.metadata.version(name)
