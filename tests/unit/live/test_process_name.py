"""What a process is called among those of a site. With real processes: tests/hints."""

import re

import pytest

from live import process_name


def test_a_child_has_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = process_name.process_name()
    monkeypatch.setattr(process_name, "_name", parent)  # put back afterwards
    process_name._rename()
    child = process_name.process_name()
    assert child != parent
    assert re.fullmatch(r"[0-9a-f]{32}", child)
    assert process_name.process_name() == child
