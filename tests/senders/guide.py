"""The blocks of docs/sending-data.md, and how somebody runs them who pastes them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.senders import node
from tests.servers import ROOT, Site

GUIDE = (ROOT / "docs" / "sending-data.md").read_text()
ADDRESS = "http://127.0.0.1:8000"
RUN = {"sh", "crontab", "python", "js"}


class Block(NamedTuple):
    section: str
    # From 0, of those of its section that are of the same kind: that are run, or not.
    number: int
    language: str
    code: str

    @property
    def is_run(self) -> bool:
        return self.language in RUN and not self.code.startswith("pvesh ")


def blocks() -> list[Block]:
    listed: list[Block] = []
    for part in re.split(r"^## ", GUIDE, flags=re.M):
        section = part.partition("\n")[0]
        for language, code in re.findall(r"^```(\w+)\n(.*?)^```", part, re.M | re.S):
            block = Block(section, 0, language, code)
            number = sum(other.section == section and other.is_run == block.is_run for other in listed)
            listed.append(block._replace(number=number))
    return listed


BLOCKS = blocks()


def only(section: str, language: str) -> str:
    """The one block of its kind."""
    (block,) = [block for block in BLOCKS if block.section == section and block.language == language]
    return block.code


def for_board(code: str, board: Site) -> str:
    return code.replace(ADDRESS, board.address).replace('"127.0.0.1", 8000', f'"127.0.0.1", {board.port}')


def run(block: Block, board: Site, folder: Path, token: str) -> str:
    """As somebody does who pastes it, in a folder of their own; its output."""
    env = {**board.env, "TOKEN": token, "HOME": str(folder)}
    code = for_board(block.code, board)
    if block.language == "js":
        return node.run(folder, code, TOKEN=token)
    if block.language == "python":
        command = [sys.executable, "-c", code]
    elif block.language == "crontab":
        command = ["sh", "-ec", "\n".join(commands(code))]
    else:
        (folder / "manage.py").symlink_to(ROOT / "manage.py")
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / "photos").mkdir()
        command = ["sh", "-ec", code]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"exit status {done.returncode}: {done.stdout}\n{done.stderr}"
    return done.stdout


def commands(crontab: str) -> list[str]:
    """What cron would run. The token is in the environment already."""
    lines = [line for line in crontab.splitlines() if not re.match(r"#|TOKEN=|$", line)]
    for line in lines:
        assert re.match(r"(?:[\d*/,-]+ ){5}\S", line) and not re.search(r"(?<!\\)%", line), line
    return [line.split(maxsplit=5)[5].replace("\\%", "%") for line in lines]
