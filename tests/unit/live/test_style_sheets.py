"""The style sheets of live on a page of somebody else's: they change nothing there but live's own."""

import re
from pathlib import Path

import pytest

import live

STYLES = Path(live.__file__).parent / "static" / "live"


@pytest.mark.parametrize("path", sorted(STYLES.rglob("*.css")), ids=lambda path: path.name)
def test_custom_properties_have_a_prefix(path: Path) -> None:
    """One of a project's own with the same name would have been overruled, or would have overruled ours."""
    names = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", path.read_text()))
    assert {name for name in names if not name.startswith("--live-")} == set()


@pytest.mark.parametrize("path", sorted(STYLES.rglob("*.css")), ids=lambda path: path.name)
def test_no_length_is_of_the_root_alone(path: Path) -> None:
    """Below a root of 10 px, as projects have it, everything would be as small; conditions cannot read a property."""
    left_out = r"/\*.*?\*/|@(container|media|supports)[^{]*\{|--live-rem: max\(1rem, 16px\)"
    assert re.findall(r"[\d.]+rem\b", re.sub(left_out, "", path.read_text(), flags=re.DOTALL)) == []
