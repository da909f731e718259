"""A real nginx in front of a site, configured rightly and in ways that people get wrong."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import free_port, listens
from tests.waiting import until

UPGRADE = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
HOST = "proxy_set_header Host $http_host;"
CONFIG = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream site {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location {path}/ {{ proxy_pass http://site{stripped}; {directives} }}
        {others}
    }}
}}
"""


@dataclass
class Nginx:
    """In front of a server on the port ``upstream``, with these directives for everything."""

    folder: Path
    upstream: int
    directives: str = f"{UPGRADE} {HOST}"
    # Where the site is; and whether the server gets paths without it.
    path: str = ""
    strips: bool = False
    # The port of another process of the same site.
    second: int | None = None
    # The port of another site, to which all other paths go.
    beside: int | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def __enter__(self) -> "Nginx":
        self.folder.mkdir()
        config = self.folder / "nginx.conf"
        values = {"folder": self.folder, "port": self.port, "directives": self.directives}
        # As in docs/deployment.md.
        ports = [self.upstream] if self.second is None else [self.upstream, self.second]
        values["servers"] = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)
        others = f"location / {{ proxy_pass http://127.0.0.1:{self.beside}; {self.directives} }}" if self.beside else ""
        config.write_text(CONFIG.format(**values, path=self.path, stripped="/" if self.strips else "", others=others))
        # Not on everybody's path: it is where an administrator's programs are.
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        command = [program, "-e", str(self.folder / "error.log"), "-c", str(config), "-p", str(self.folder)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until(lambda: listens(self.port) or self.process.poll() is not None, f"an nginx on port {self.port}")  # type: ignore[union-attr]
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(10)
