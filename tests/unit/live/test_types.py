"""A wrong parameter is found before anything runs: what names a fragment's parameters is typed by its function."""

import re
from pathlib import Path

from mypy import api

FILE = Path(__file__).with_name("typed_fragments.py")
# Strict, and without what is installed: what is asked is whether ``live`` says it.
OPTIONS = "--config-file= --strict --no-site-packages --ignore-missing-imports --follow-imports=silent".split()


def test_a_type_checker_finds_wrong_parameters_and_takes_right_ones(tmp_path: Path) -> None:
    lines = FILE.read_text().splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    out, failure, _status = api.run([*OPTIONS, f"--cache-dir={tmp_path}", str(FILE)])
    refused = {int(line) for line in re.findall(rf"{FILE.name}:(\d+): error", out)}
    assert len(wrong) > 5 and refused == wrong, out + failure
