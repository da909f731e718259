"""The blocks of code in README and docs/."""

from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

from tests.servers import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


class Block(NamedTuple):
    """``line`` is that of its fence, from 1; ``code`` is without the indentation of a list that it stands in."""

    page: Path
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}, line {self.line} ({self.language or 'no language'})"


def blocks_of(page: Path) -> list[Block]:
    """All blocks of a page, in order, also those in lists and those that are only indented."""
    return [
        Block(page, token.map[0] + 1 if token.map else 0, token.info.strip(), token.content)
        for token in MarkdownIt("commonmark").parse(page.read_text())
        if token.type in {"fence", "code_block"}
    ]


# Those that a test of a page runs beside the guides; ``test_blocks`` looks for what is in none.
claimed: set[Block] = set()


def claim(page: str, start: str) -> Block:
    """The one block of a page that begins so, for the test that runs it."""
    (block,) = [block for block in blocks_of(ROOT / page) if block.code.startswith(start)]
    claimed.add(block)
    return block
