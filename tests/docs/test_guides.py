"""The tutorial and each guide, followed by the letter, and tried. A guide begins where the tutorial ends."""

import shutil
from pathlib import Path

import pytest

from tests.docs.guide import Project
from tests.servers import ROOT

DOCS = ROOT / "docs"
GUIDES = [DOCS / "forms.md", *sorted((DOCS / "howto").glob("*.md"))]


@pytest.fixture(scope="session")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that the tutorial makes."""
    folder = tmp_path_factory.mktemp("tutorial") / "project"
    folder.mkdir()
    Project(folder).follow(DOCS / "tutorial.md")
    return folder


def test_the_tutorial(tutorial: Path) -> None:
    assert "shop.order" in (tutorial / "shop/templates/shop/orders.html").read_text()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_guide(guide: Path, tutorial: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(tutorial, folder)
    Project(folder).follow(guide)
