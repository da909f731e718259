"""What holds of every axis and every number, whatever the values, the unit and the locale."""

from itertools import pairwise
from math import isclose, log10, nextafter

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from live.charts.axes.ticks import MAX_INTERVALS, domain, log_domain, number_ticks
from live.charts.text.formats import axis, compact, exact, log_axis, short

MINUS = "\u2212"
LOCALES = (
    "en",
    "de",
    "de-CH",
    "fr",
    "sv",
    "tr",
    "eu",
    "ar",
    "ar_EG",
    "fa",
    "hi",
    "bn",
    "my",
    "he",
    "ja",
    "pt-BR",
    "xx",
)
PLAIN = ("", "%", "ratio", "B", "B/s", "s", "ms", "min", "h", "W", "bit/s", "requests")
MONEY = ("EUR", "JPY", "KWD")
LONG = 40  # characters; no label is a row of zeros

extremes = st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e-300, 1e15, -1e15, 1e300, -1e300])
numbers = st.floats(-1e300, 1e300) | extremes
# Numbers of all sizes alike; `floats` alone has few between.
sizes = st.builds(lambda sign, power: sign * 10**power, st.sampled_from([1, -1]), st.floats(-300, 299))
locales = st.sampled_from(LOCALES)
units = st.sampled_from(PLAIN)


def readable(text: str) -> bool:
    digits = {each for each in text if each.isdecimal()}
    return bool(digits) and digits <= set("0123456789") and "-" not in text and not {"nan", "inf"} & {text.lower()}


@given(numbers | sizes, units, locales)
def test_every_number_is_short_and_in_western_digits(value, unit, locale):
    for words in (compact(value, unit, locale), short(value, unit, locale), exact(value, unit, locale)):
        assert readable(words)
        assert len(words) <= LONG
        assert (MINUS in words.partition("\u00d7")[0]) == (value < 0)


@given(numbers | sizes, st.sampled_from(MONEY), locales)
def test_every_amount_of_money_is_in_western_digits(value, unit, locale):
    for words in (compact(value, unit, locale), short(value, unit, locale), exact(value, unit, locale)):
        assert readable(words)


@given(sizes, st.sampled_from(["", "B", "B/s", "s", "%"]))
def test_what_is_not_zero_is_not_written_as_zero(value, unit):
    assert any(each in "123456789" for each in compact(value, unit).partition("\u00d7")[0])


@given(st.floats(1e-4, 1e20), st.sampled_from([("en", ".", ","), ("de", ",", "."), ("sv", ",", "\xa0")]))
def test_a_number_reads_back_within_three_digits(value, signs):
    locale, decimal, group = signs
    words = compact(value, "", locale).replace(group, "").replace(decimal, ".")
    scale = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}.get(words[-1], 1.0)
    assert isclose(float(words.rstrip("kMGTPE")) * scale, value, rel_tol=0.0051)


@given(sizes | numbers, sizes | numbers, units, locales)
@example(0.0, 1e-300, "B", "en")
@example(0.0, 1e82, "s", "de")
@example(1e17, 1.0001e17, "s", "en")
@example(90_000.0, 90_600.0, "s", "en")
@example(59.5, 61.0, "s", "de")
def test_the_labels_of_an_axis_are_short_and_differ(a, b, unit, locale):
    labels = axis(domain(min(a, b), max(a, b), unit=unit), unit, locale)
    assert len(set(labels)) == len(labels)
    assert all(readable(each) and len(each) <= LONG for each in labels)


@given(st.floats(-1e12, 1e12), st.floats(0.01, 1e12), st.sampled_from(MONEY), locales)
def test_the_labels_of_an_axis_of_money_differ(low, span, unit, locale):
    assume(span > 1e-3 * abs(low))
    labels = axis(domain(low, low + span, unit=unit), unit, locale)
    assert all(readable(each) for each in labels)
    assert len(set(labels)) == len(labels) or locale in ("hi", "bn", "my", "ja", "de", "de-CH", "fa")


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300), st.sampled_from(["", "B", "s"]), st.integers(2, 12))
@example(1.0, nextafter(1.0, 2.0), "", 7)
@example(0.0, 5e-324, "", 7)
def test_ticks_hold_any_two_values(a, b, unit, most):
    low, high = min(a, b), max(a, b)
    assume(low < high)
    ticks = number_ticks(low, high, unit, most)
    assert ticks == tuple(sorted(set(ticks)))
    assert ticks[0] <= low and high <= ticks[-1]
    assert 2 <= len(ticks) <= most + 1


@given(st.floats(-1e6, 1e6), st.floats(0, 100), st.floats(0.001, 1e6), st.sampled_from(["", "%", "ratio", "B", "s"]))
def test_a_least_span_is_kept_around_the_values(low, span, least, unit):
    high = low + span
    ticks = domain(low, high, unit=unit, min_range=least)
    whole = {"%": 100.0, "ratio": 1.0}.get(unit)
    assert ticks[0] <= low and high <= ticks[-1]
    # A share that has only room from nothing to the whole cannot have more.
    if whole is None or high > whole or low < 0 or least <= whole:
        assert ticks[-1] - ticks[0] >= least * (1 - 1e-9)
    if low >= 0:
        assert ticks[0] >= 0
    elif high <= 0:
        assert ticks[-1] <= 0
    if whole is not None and high <= whole:
        assert ticks[-1] <= whole or ticks[0] >= 0 or low < 0


@pytest.mark.parametrize(
    ("given_", "ends"),
    [
        ((1000, 1000, None, None, "", 10), (994, 1006)),
        ((0, 0, None, None, "", 10), (0, 10)),
        ((1, 2, None, 3, "", 20), (0, 3)),
        ((-2, -1, -3, None, "", 20), (-3, 0)),
        ((99.5, 100, None, None, "%", 10), (90, 100)),
        ((0.995, 1, None, None, "ratio", 0.1), (0.9, 1)),
        ((0.96, 1, None, None, "ratio"), (0.95, 1.0)),
        ((0, 100, 0, 100, "", 500), (0, 100)),
        ((3, 4, None, None, "", float("nan")), (2.8, 4.2)),
        ((3, 4, None, None, "", float("inf")), (2.8, 4.2)),
    ],
)
def test_a_least_span_gives_way_to_zero_the_whole_and_fixed_ends(given_, ends):
    ticks = domain(*given_)
    assert (ticks[0], ticks[-1]) == ends


def test_fewer_intervals_for_a_small_tile():
    assert all(len(domain(0, high, most=3)) <= 4 for high in range(1, 500))
    assert max(len(domain(0, high)) for high in range(1, 500)) == MAX_INTERVALS + 1


powers = st.floats(-299.9, 299.9)


@given(powers, powers)
@example(-300.0, 300.0)
@example(21.5, 24.5)
def test_a_logarithmic_axis_is_even_and_of_powers_of_ten(a, b):
    low, high = 10.0 ** min(a, b), 10.0 ** max(a, b)
    ticks = log_domain(low, high)
    # A billionth of a decade past a power of ten is that power.
    assert ticks[0] <= low * (1 + 1e-8) and high <= ticks[-1] * (1 + 1e-8)
    assert 2 <= len(ticks) <= MAX_INTERVALS + 1
    places = [round(log10(each)) for each in ticks]
    assert all(each == float(f"1e{place}") for each, place in zip(ticks, places, strict=True))
    assert len({after - before for before, after in pairwise(places)}) == 1


@given(powers, powers, st.sampled_from(["", "B", "B/s", "s", "ms", "W", "%", "ratio"]), locales)
def test_the_labels_of_a_logarithmic_axis_are_short_and_differ(a, b, unit, locale):
    labels = log_axis(log_domain(10.0 ** min(a, b), 10.0 ** max(a, b)), unit, locale)
    assert len(set(labels)) == len(labels)
    assert all(readable(each) and len(each) <= LONG for each in labels)


@pytest.mark.parametrize(
    ("unit", "labels"),
    [
        ("B", "0.1_B 1_B 10_B 100_B 1_kB 10_kB 100_kB 1_MB"),
        ("B/s", "0.1_B/s 1_B/s 10_B/s 100_B/s 1_kB/s 10_kB/s 100_kB/s 1_MB/s"),
    ],
)
def test_powers_of_ten_of_bytes_have_decimal_prefixes(unit, labels):
    assert [each.replace("\u202f", "_") for each in log_axis(log_domain(0.1, 1e6), unit)] == labels.split()


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0123, "B/s", "0.0123 B/s"),
        (1e-300, "B", "1\u00d710⁻³⁰⁰ B"),
        (1e300, "B", "8.67\u00d710²⁸¹ EiB"),
        (1e-300, "s", "1\u00d710⁻³⁰⁰ s"),
        (1e15, "s", "1.16\u00d710¹⁰ d"),
        (-1e300, "ms", f"{MINUS}1.16\u00d710²⁹² d"),
    ],
)
def test_sizes_that_no_prefix_reaches_are_powers_of_ten(value, unit, words):
    assert compact(value, unit).replace("\u202f", " ") == words
