"""A page of docs/ for somebody who builds with ``live``, followed by the letter: what it says to write is written, what
it says to run is run, in the order of the page. A block that cannot be followed is an error, so that none is left out.

A block of code says in its first line, a comment, which file it is. With a comma behind the name (``, at its end``) it
is added to what is there, and ``, in NAME`` adds items to that dict. Commands are run one by one; one that serves goes
on while the page is tried as a browser would, until the next one that serves.

A block that is no file is run after that, in a shell of the project: what is there before it, and what must be true
behind it, is said by the test (``Around``), by how it begins.
"""

import importlib.metadata
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.docs.blocks import Block, blocks_of
from tests.pages import OpenPage
from tests.proxies import Nginx
from tests.servers import ROOT, Site, free_port, listens
from tests.waiting import until

FILE = re.compile(r"^(?:# |\{# |// )(/?[\w./-]+\.\w+)(?:, (?:in (.+?)|(.+?)))?(?: #\})?\n")
SERVERS = ("daphne ", "uvicorn ", "granian ", "gunicorn ", "python manage.py serve ", "python manage.py runserver ")
# As a person at a shell does: what is awaited, too.
SNIPPET = """
import ast, asyncio
from pathlib import Path
code = compile(Path({path!r}).read_text(), "the page", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
names = {{"__name__": "__main__"}}
waiting = eval(code, names)
if waiting is not None:
    asyncio.run(waiting)
"""


class Around(NamedTuple):
    """Python ``before`` a block that is no file, and ``after`` it; or what a ``file`` has around it."""

    before: str = ""
    after: str = ""
    file: str = ""


PORT = "8000"


@dataclass
class Project:
    """A project in ``folder``, which the page is about; a page of it that is live is at ``path``."""

    folder: Path
    path: str = "/"
    # What stands for the words of a page, such as the address of a Redis that is there.
    words: Mapping[str, str] = field(default_factory=dict)
    around: Mapping[str, Around] = field(default_factory=dict)
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

    def follow(self, page: Path | Iterable[Block]) -> None:
        """Do what the page says, or what these blocks of it say."""
        later: list[tuple[Block, Around]] = []
        try:
            for block in blocks_of(page) if isinstance(page, Path) else page:
                around = next((self.around[start] for start in self.around if block.code.startswith(start)), None)
                if around is not None and around.file:
                    self.file(around.file).write_text(around.before + block.code + around.after)
                elif around is not None:
                    later.append((block, around))
                else:
                    getattr(self, f"follow_{block.language}", self.write)(block.code)
            for block, around in later:
                self.run(f"{around.before}\n{block.code}\n{around.after}")
        finally:
            self.stop()

    def file(self, name: str) -> Path:
        path = self.folder / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, code: str) -> None:
        match = FILE.match(code)
        assert match, f"a block that does not say which file it is:\n{code}"
        name, target, how = match.groups()
        path, text = self.file(name), code.partition("\n")[2]
        for word, other in self.words.items():
            text = text.replace(word, other)
        assert how != "at its end" or path.exists(), f"{name} is added to, and is not there"
        if target:
            text = f"{target} |= {{\n{text}}}\n"
        path.write_text((path.read_text() + "\n" if (target or how) and path.exists() else "") + text)

    def run(self, code: str) -> None:
        """In a shell of the project, as a person does who tries it."""
        file = self.file("snippet.txt")
        file.write_text(code)
        self.command(["python", "manage.py", "shell", "-c", SNIPPET.format(path=str(file))], code)

    def command(self, command: list[str], what: str) -> None:
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{what}\n{done.stdout}\n{done.stderr}"

    def follow_sh(self, code: str) -> None:
        for line in code.strip().splitlines():
            if line.startswith("pip install "):
                installed(line)
            elif line.startswith(SERVERS):
                self.serve(line)
            else:
                self.command(["sh", "-euc", line], line)

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
