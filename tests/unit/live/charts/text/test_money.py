"""Amounts of money in the conventions of a locale."""

import pytest

from live.charts.text.formats import axis, compact, exact, log_axis

NARROW = "\u202f"
MINUS = "\u2212"
DASH = "\u2013"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0004, "USD", "$0.0004"),
        (-0.00042, "USD", "\u2212$0.00042"),
        (0.423, "EUR", "€0.423"),
        (0.5, "EUR", "€0.50"),
        (0.5, "JPY", "¥0.5"),
        (0.9996, "JPY", "¥1"),
        (1e-7, "USD", "$1\u00d710⁻⁷"),
    ],
)
def test_less_than_the_smallest_coin_is_not_free(value, unit, words):
    assert compact(value, unit) == words


def test_money_of_unusual_sizes_has_labels_that_differ():
    for unit in ("EUR", "JPY"):
        for ticks in ((0, 1e-300, 2e-300), (0, 1e200, 2e200), (1e17, 1.001e17, 1.002e17)):
            assert len(set(axis(ticks, unit))) == 3
        assert len(set(log_axis((1e-5, 1e-3, 0.1, 10, 1000), unit))) == 5
    assert exact(0.1 + 0.2, "EUR") == "€0.30"


def test_money_is_exact_in_the_tooltip():
    assert exact(1_234_567.891, "EUR", "en") == "€1,234,567.89"
    assert exact(1234.5, "JPY", "en") == "¥1,234"
