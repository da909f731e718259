"""What holds of every number and every label of an axis, whatever the value, the unit and the locale."""

from math import isclose

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from live.charts.axes.ticks import domain, log_domain
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
    digits = {character for character in text if character.isdecimal()}
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
    assert any(character in "123456789" for character in compact(value, unit).partition("\u00d7")[0])


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
    assert all(readable(label) and len(label) <= LONG for label in labels)


@given(st.floats(-1e12, 1e12), st.floats(0.01, 1e12), st.sampled_from(MONEY), locales)
def test_the_labels_of_an_axis_of_money_differ(low, span, unit, locale):
    assume(span > 1e-3 * abs(low))
    labels = axis(domain(low, low + span, unit=unit), unit, locale)
    assert all(readable(label) for label in labels)
    assert len(set(labels)) == len(labels) or locale in ("hi", "bn", "my", "ja", "de", "de-CH", "fa")


powers = st.floats(-299.9, 299.9)


@given(powers, powers, st.sampled_from(["", "B", "B/s", "s", "ms", "W", "%", "ratio"]), locales)
def test_the_labels_of_a_logarithmic_axis_are_short_and_differ(a, b, unit, locale):
    labels = log_axis(log_domain(10.0 ** min(a, b), 10.0 ** max(a, b)), unit, locale)
    assert len(set(labels)) == len(labels)
    assert all(readable(label) and len(label) <= LONG for label in labels)


@pytest.mark.parametrize(
    ("unit", "labels"),
    [
        ("B", "0.1_B 1_B 10_B 100_B 1_kB 10_kB 100_kB 1_MB"),
        ("B/s", "0.1_B/s 1_B/s 10_B/s 100_B/s 1_kB/s 10_kB/s 100_kB/s 1_MB/s"),
    ],
)
def test_powers_of_ten_of_bytes_have_decimal_prefixes(unit, labels):
    assert [label.replace("\u202f", "_") for label in log_axis(log_domain(0.1, 1e6), unit)] == labels.split()


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
