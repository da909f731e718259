"""The page of the benchmarks: each has a section, and what it prints gets there whole."""

import re
from pathlib import Path

from tests.bench import page
from tests.bench.table import table

MAKEFILE = (Path(__file__).resolve().parents[2] / "Makefile").read_text()


def test_each_benchmark_has_one_section_and_its_heading_says_how_it_is_run() -> None:
    text = page.PAGE.read_text()
    assert sorted(page.targets(text)) == sorted(re.findall(r"^bench-([a-z]+):", MAKEFILE, re.MULTILINE))
    for section in text.split("\n## ")[1:]:
        target = re.search(r"<!-- make bench-([a-z]+) -->", section)
        assert target is None or f"\n`make bench-{target[1]}`" in section


def test_what_a_benchmark_prints_replaces_what_it_printed_before_and_nothing_else() -> None:
    text = "a\n<!-- make bench-one -->\nold\n<!-- end -->\nb\n<!-- make bench-two -->\n<!-- end -->\n"
    once = page.replaced(text, "one", r"new \1")
    assert once == text.replace("old", r"new \1")
    assert page.replaced(once, "one", "old") == text


def test_tables_stay_tables_and_what_is_around_them_is_text() -> None:
    rows = table(["design", "CPU"], [["ours", 1.5], ["a consumer per socket", "12"]])
    assert rows.splitlines() == [
        "| design                | CPU |",
        "|-----------------------|----:|",
        "| ours                  | 1.5 |",
        "| a consumer per socket |  12 |",
    ]
    printed = f"2 rounds\n\n{rows}\n\nPASS: a_b * c\n"
    assert page.as_markdown(printed) == f"```text\n2 rounds\n```\n\n{rows}\n\n```text\nPASS: a_b * c\n```"
