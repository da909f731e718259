"""Every block of code in README and docs/ is run by a test; a new page, or a new block, fails here until one does."""

import importlib
import re

import pytest
from django.utils.module_loading import import_string

from tests.api import test_docs_api
from tests.docs import blocks, test_dashboard, test_deployment, test_guides, test_live_pages
from tests.docs.blocks import DOCS, PAGES, Block, blocks_of
from tests.senders import guide as senders
from tests.servers import ROOT
from tests.unit import test_docs_charts

# Followed by the letter: a block that cannot be is an error there.
FOLLOWED = [DOCS / "tutorial.md", *test_guides.GUIDES, test_live_pages.LIVE, test_live_pages.NOTICES]
# What tests of one page take of it, each by a look at all of its languages.
RUN = {
    "docs/api.md": {part for block in test_docs_api.BLOCKS for part in block},
    "docs/sending-data.md": {block.code for block in senders.BLOCKS},
    "docs/charts.md": {*test_docs_charts.blocks("python"), *test_docs_charts.blocks("django")},
}
# Tests of these have claimed their blocks: an import is enough.
assert test_dashboard and test_deployment
# Drawn by hand, and printed by the benchmarks.
DRAWN, PRINTED = "docs/architecture.md", "docs/benchmarks.md"
MYST = ("{eval-rst}", "{toctree}")


def is_run(block: Block) -> bool:
    page = str(block.page.relative_to(ROOT))
    if block in blocks.claimed or block.page in FOLLOWED or block.language in MYST:
        return True
    if page in (DRAWN, PRINTED):
        return block.language == "text"
    if block.page == test_live_pages.BANNERS and block in test_live_pages.SET_UP:
        return True
    return block.code in RUN.get(page, set()) or block.code.rstrip("\n") in RUN.get(page, set())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_run(page: blocks.Path) -> None:
    assert [str(block) for block in blocks_of(page) if not is_run(block)] == []


def test_every_block_says_its_language() -> None:
    assert [str(block) for page in PAGES for block in blocks_of(page) if not block.language] == []


def test_a_block_that_no_test_runs_is_noticed(tmp_path: blocks.Path) -> None:
    page = DOCS / "new.md"
    new = [Block(page, 1, "sh", "rm -r var"), Block(page, 2, "python", "1 / 0"), Block(page, 3, "text", "a")]
    assert not any(map(is_run, new))
    nested = tmp_path / "nested.md"
    nested.write_text("- a\n\n  ```python\n  1 / 0\n  ```\n\nAnd\n\n    indented\n")
    assert [block.code for block in blocks_of(nested)] == ["1 / 0\n", "indented\n"]


@pytest.mark.parametrize("language", MYST)
def test_what_sphinx_puts_in_is_there(language: str) -> None:
    for block in (block for page in PAGES for block in blocks_of(page) if block.language == language):
        if language == "{toctree}":
            names = [line for line in block.code.splitlines() if line and not line.startswith(":")]
            assert [name for name in names if not list(block.page.parent.glob(f"{name.removesuffix('*')}*"))] == []
        else:
            for name in re.findall(r"^\.\. auto\w+:: (\S+)", block.code, re.MULTILINE):
                resolved(name)


def resolved(name: str) -> object:
    """What a dotted name is: of a module, or of a class in one."""
    try:
        return import_string(name)
    except ImportError:
        return importlib.import_module(name)


def test_what_is_drawn_is_there() -> None:
    """Files and packages, below ``live/`` or ``site/boards/`` where they do not say it."""
    roots = (ROOT, ROOT / "live", ROOT / "site/boards")
    for block in blocks_of(ROOT / DRAWN):
        names = re.findall(r"(?<![\w/.])([a-z_]+(?:/[a-z_]+)*(?:\.py|/))", block.code)
        assert len(names) > 5
        assert [name for name in names if not any((root / name).exists() for root in roots)] == []
