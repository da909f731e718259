"""A Firefox as Debian packages it, driven over Marionette, the protocol that it brings itself.

Playwright drives only a Firefox of its own build. What is needed here is little: open a page, run a function in it,
point at something, take a picture, and read what the browser has written on its console.
"""

import base64
import contextlib
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.servers import free_port, listens
from tests.waiting import until

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    # There is nobody before this screen: every frame is worth drawing, no animation of its own.
    "toolkit.cosmeticAnimations.enabled": False,
}
# Narrower than any window of Firefox can be: the page's own box in it.
NARROW = """
const [width] = arguments;
const box = document.getElementById("tabbrowser-tabbox");
box.style.maxWidth = width ? width + "px" : "";
"""
CONSOLE = """
return Services.console.getMessageArray().map((each) => each.message ?? String(each))
  .filter((each) => each.includes("Content-Security-Policy"));
"""
FORGET = "Services.console.reset();"
DARK = "Services.prefs.setIntPref('ui.systemUsesDarkTheme', arguments[0] ? 1 : 0);"


class Failed(Exception):
    """Firefox could not do what it was asked for."""


class Firefox:
    """One window with one page."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file = self._socket.makefile("rb")
        self._count = 0
        self._receive()  # It says hello.
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {}})

    def open(self, url: str) -> None:
        """Load a page, to its end, with an empty console."""
        self.browser(FORGET)
        self.ask("WebDriver:Navigate", url=url)

    def run(self, function: str, *arguments: Any) -> Any:
        """What a JavaScript function says, called in the page."""
        code = f"return ({function})(...arguments);"
        return self.ask("WebDriver:ExecuteScript", script=code, args=list(arguments))["value"]

    def browser(self, script: str, *arguments: Any) -> Any:
        """What a script says that runs in the browser itself, with all of its rights."""
        self.ask("Marionette:SetContext", value="chrome")
        try:
            return self.ask("WebDriver:ExecuteScript", script=script, args=list(arguments))["value"]
        finally:
            self.ask("Marionette:SetContext", value="content")

    def size(self, width: int, height: int = 900) -> None:
        """Make the page so many pixels wide; the window is about as high."""
        self.browser(NARROW, None)
        self.ask("WebDriver:SetWindowRect", width=max(width, 600), height=height)
        self.browser(NARROW, width)
        until(lambda: self.run("() => innerWidth") == width, f"a page of {width} pixels")

    def dark(self, dark: bool) -> None:
        """Say to pages that the system is dark, or is not."""
        self.browser(DARK, dark)

    def refused(self) -> list[str]:
        """What the content policy of the page has refused, in Firefox's words."""
        found: list[str] = self.browser(CONSOLE)
        return found

    def point(self, x: float, y: float) -> None:
        """Move the mouse to a place in the window, in two steps."""
        steps = [{"type": "pointerMove", "x": int(at), "y": int(y), "duration": 20} for at in (x - 2, x)]
        pointer = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}
        self.ask("WebDriver:PerformActions", actions=[pointer])

    def picture(self, path: Path, *, full: bool = False) -> None:
        """Write what is seen, or the whole page, as a PNG."""
        value = self.ask("WebDriver:TakeScreenshot", full=full, hash=False)["value"]
        path.write_bytes(base64.b64decode(value))

    def ask(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._count += 1
        message = json.dumps([0, self._count, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        kind, number, error, result = self._receive()
        assert (kind, number) == (1, self._count)
        if error:
            raise Failed(f"{command}: {error['error']}: {error['message']}")
        return result or {}

    def close(self) -> None:
        """End the connection."""
        with contextlib.suppress(OSError, Failed):
            self.ask("Marionette:Quit", flags=["eForceQuit"])
        self._file.close()
        self._socket.close()

    def _receive(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            read = self._file.read(1)
            if not read:
                raise Failed("Firefox has ended")
            size += read
        return json.loads(self._file.read(int(size[:-1])))


def found() -> str | None:
    """The program, if it is here."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A Firefox with a profile of its own in `folder`, until the end of the block."""
    program, port = found(), free_port()
    assert program, "there is no Firefox here (Debian: apt-get install firefox-esr)"
    profile = folder / "profile"
    profile.mkdir()
    lines = {**PREFERENCES, "marionette.port": port}.items()
    (profile / "user.js").write_text("".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in lines))
    command = [program, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen([*command, "--profile", str(profile)], stdout=log, stderr=log)
    window: Firefox | None = None
    try:
        until(lambda: listens(port) or process.poll() is not None, "a Firefox that listens", 60)
        assert process.poll() is None, f"Firefox ended:\n{(folder / 'firefox.log').read_text()}"
        window = Firefox(port)
        yield window
    finally:
        if window is not None:
            window.close()
        deadline = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if process.poll() is None:
            process.kill()
        process.wait(10)
