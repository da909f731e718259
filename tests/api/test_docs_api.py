"""docs/api.md is run from top to bottom, in one shell, as somebody does who pastes it."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import ROOT, Site

GUIDE = (ROOT / "docs" / "api.md").read_text()
# A block of commands, and what it prints last, where the page says that.
BLOCKS = re.findall(r"^```sh\n(.*?)^```(?:\n```json\n(.*?)\n```)?", GUIDE, re.M | re.S)
END = "-- end of a block --"


class Shell:
    """A shell that stops at the first command that fails."""

    def __init__(self, site: Site, folder: Path) -> None:
        (folder / "manage.py").symlink_to(ROOT / "manage.py")
        (folder / ".venv").symlink_to(ROOT / ".venv")
        self._site = site
        self._process = subprocess.Popen(
            ["bash", "-e"],
            cwd=folder,
            env={**os.environ, **site.env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, code: str) -> str:
        """What a block prints."""
        assert self._process.stdin and self._process.stdout
        code = code.replace("http://127.0.0.1:8000", self._site.address)
        self._process.stdin.write(f"{code}\necho; echo '{END}'\n")
        self._process.stdin.flush()
        lines: list[str] = []
        while END not in (line := self._process.stdout.readline()):
            assert line, f"{code} failed: {''.join(lines)}"
            lines.append(line)
        return "".join(lines).strip()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def shell(site: Site, tmp_path: Path) -> Iterator[Shell]:
    folder = tmp_path / "pasted"
    folder.mkdir()
    opened = Shell(site, folder)
    yield opened
    opened.close()


def without_keys(value: Any) -> Any:
    """Without what differs from one installation to another."""
    return {name: one for name, one in value.items() if name not in ("id", "panel")}


def test_the_page_makes_a_board_with_data_changes_it_and_deletes_it(site: Site, shell: Shell) -> None:
    seen = []
    for code, expected in BLOCKS:
        printed = shell.run(code)
        if expected:
            assert without_keys(json.loads(printed)) == without_keys(json.loads(expected)), code
        seen.append(site.http("GET", "/boards/shop-floor/"))
        if "$API/series" in code:
            series, panels = map(json.loads, printed.replace("}{", "}\n{").splitlines())
            assert [one["newest"]["value"] for one in series["items"]] == [12]
            assert [one["title"] for one in panels["items"]] == ["Orders"]
    assert [answer.status for answer in seen] == [404, *[200] * (len(BLOCKS) - 2), 404]
    assert "The shop floor is open." in site.browse().sign_in().get("/activity/").text
    shown = [re.sub(r"<[^>]+>", " ", answer.text) for answer in seen]
    assert "Orders" not in shown[1] and re.search(r"Orders\b.*\b12\b", shown[2], re.S)
    assert "Orders today" in shown[3] and "Orders today" not in shown[4]
