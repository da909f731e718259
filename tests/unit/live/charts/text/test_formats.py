"""Numbers, durations and times as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.text.formats import axis, compact, exact, log_axis, short

NARROW = "\u202f"
MINUS = "\u2212"
DASH = "\u2013"
MARK = "\u200e"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "", "0"),
        (0, "B", "0 B"),
        (0, "s", "0 s"),
        (-0.0, "", "0"),
        (41.2, "%", "41.2 %"),
        (93.27, "", "93.3"),
        (999.96, "", "1,000"),
        (4812, "", "4,812"),
        (9999.6, "", "10k"),
        (1_283_456, "", "1.28M"),
        (12_345, "requests", "12.3k requests"),
        (1_234_567, "W", "1.23 MW"),
        (0.00234, "V", "2.34 mV"),
        (0.00234, "", "0.00234"),
        (1e-12, "", "1\u00d710⁻¹²"),
        (1e15, "", "1P"),
        (1e299, "", "1\u00d710²⁹⁹"),
        (5e-310, "", "5\u00d710⁻³¹⁰"),
        (-12, "", MINUS + "12"),
        (1023.9, "B", "1 KiB"),
        (1.5 * 2**30, "B/s", "1.5 GiB/s"),
        (2.0**75, "B", "32,768 EiB"),
        (0.0123, "s", "12.3 ms"),
        (3e-10, "s", "0.3 ns"),
        (59.96, "s", "1 m 00 s"),
        (125, "s", "2 m 05 s"),
        (7500, "s", "2 h 05 m"),
        (-7500, "s", MINUS + "2 h 05 m"),
        (450_305, "s", "5 d 05 h"),
        (12_345, "ms", "12.3 s"),
        (161, "ms", "161 ms"),
    ],
)
def test_three_significant_digits_with_a_unit(value, unit, text):
    assert compact(value, unit).replace(NARROW, " ") == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("form", [compact, short, exact])
def test_no_value_is_a_dash(value, form):
    assert form(value, "ms") == DASH


def test_short_leaves_out_a_unit_that_only_repeats_the_caption():
    assert short(161.2, "ms") == "161"
    assert short(12_345, "requests") == "12.3k"
    assert short(41.2, "%") == f"41.2{NARROW}%"
    assert short(12_345, "ms") == f"12.3{NARROW}s"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1_234_567, "", "1,234,567"),
        (1_234_567.891, "", "1,234,567.89"),
        (93.2735, "ms", "93.2735"),
        (1023, "B", "1,023 B"),
        (1_572_865, "B", "1.5 MiB"),
        (1_600_000, "B", "1.52588 MiB"),
        (12.3456, "s", "12.3456 s"),
    ],
)
def test_the_tooltip_is_exact(value, unit, text):
    assert exact(value, unit).replace(NARROW, " ") == text


def test_locales():
    assert compact(1234, "", "de") == "1.234"
    assert compact(41.2, "%", "de") == f"41,2{NARROW}%"
    assert compact(0.5, "", "pt-br") == "0,5"
    assert compact(0.5, "", "xx") == "0.5"


@given(st.floats(), st.sampled_from(["", "%", "B", "s", "ms", "W", "things"]), st.sampled_from(["en", "de", "fr"]))
def test_every_float_has_every_form(value, unit, locale):
    for form in (compact, short, exact):
        text = form(value, unit, locale)
        assert text
        assert "nan" not in text
        assert "inf" not in text
        assert "-" not in text


@pytest.mark.parametrize(
    ("ticks", "unit", "labels"),
    [
        ((0, 200, 400), "", "0 200 400"),
        ((0, 0.5, 1), "", "0.0 0.5 1.0"),
        ((0, 250_000, 500_000), "", "0 250k 500k"),
        ((0, 1e6, 2e6), "W", "0 1M 2M"),
        ((0, 50, 100), "%", "0 50_% 100_%"),
        ((0, 2**29, 2**30), "B/s", "0 0.5_GiB/s 1.0_GiB/s"),
        ((0, 0.5, 1), "B", "0 0.5_B 1.0_B"),
        ((0, 0.001, 0.002), "s", "0 1_ms 2_ms"),
        ((0, 1800, 3600), "s", "0 30_m 1_h"),
        ((0, 5, 10), "s", "0 5_s 10_s"),
        ((0, 2.5e-8, 5e-8), "V", "0 25n 50n"),
        ((0, 5e-13, 1e-12), "", "0 5\u00d710⁻¹³ 1\u00d710⁻¹²"),
        ((-5, -2.5, 0), "", "\u22125.0 \u22122.5 0.0"),
        ((1e22, 2e22), "", "1\u00d710²² 2\u00d710²²"),
        ((1e9 + 1, 1e9 + 2, 1e9 + 3), "", "1,000,000,001 1,000,000,002 1,000,000,003"),
        ((2.0**30, 2.0**30 + 2), "B", "1,073,741,824_B 1,073,741,826_B"),
        ((1.0e12, 1.00001e12), "", "1,000.00G 1,000.01G"),
    ],
)
def test_an_axis_has_one_prefix_and_the_same_decimals(ticks, unit, labels):
    assert [label.replace(NARROW, "_") for label in axis(ticks, unit)] == labels.split()


@pytest.mark.parametrize(
    ("value", "unit", "locale", "words"),
    [
        (0.4231, "ratio", "en", "42.3 %"),
        (41, "%", "tr", "%41"),
        (41.5, "%", "de", "41,5 %"),
        (12.5, "EUR", "en", "€12.50"),
        (12.5, "EUR", "de", "12,50 €"),
        (-1234.5, "EUR", "de", f"{MINUS}1.234 €"),
        (1_280_000, "EUR", "en", "€1.28M"),
        (1_280_000, "EUR", "de", "1,28 Mio. €"),
        (1_280_000, "EUR", "hi", "€12.8 लाख"),
        (1_280_000, "JPY", "ja", "￥128万"),
        (1234, "JPY", "en", "¥1,234"),
        (3, "CHF", "en", "CHF 3.00"),
        (3e16, "USD", "en", "$3\u00d710¹⁶"),
    ],
)
def test_percent_and_money_are_written_as_the_locale_does(value, unit, locale, words):
    assert compact(value, unit, locale).replace("\u202f", " ") == words


@pytest.mark.parametrize(
    ("ticks", "unit", "labels"),
    [
        ((0, 0.25, 0.5), "ratio", ["0", "25 %", "50 %"]),
        ((-5e5, 0, 5e5, 1e6), "EUR", [f"{MINUS}€0.5M", "€0", "€0.5M", "€1.0M"]),
        ((0, 0.5, 1), "EUR", ["€0", "€0.50", "€1.00"]),
        ((0, 250, 500), "JPY", ["¥0", "¥250", "¥500"]),
    ],
)
def test_an_axis_of_percent_or_money_has_the_same_decimals(ticks, unit, labels):
    assert [label.replace("\u202f", " ") for label in axis(ticks, unit)] == labels


def test_an_axis_with_the_sign_before_the_number():
    assert axis((0, 25, 50), "%", "tr") == ("0", "%25", "%50")


def test_a_logarithmic_axis_says_each_tick_as_it_is_best_read():
    assert log_axis((1, 10, 100, 1000, 10_000, 1e6)) == ("1", "10", "100", "1,000", "10k", "1M")


LOCALES = ("en", "de", "fr", "ar", "fa", "hi", "tr", "ja", "pt-BR", "zh_Hans", "sv", "eu", "xx")
UNITS = ("", "ms", "s", "%", "ratio", "B", "B/s", "W", "EUR", "JPY", "USD", "requests")


@given(
    st.floats() | st.sampled_from([0.0, -0.0, 5e-324, 1e300, -1e300]), st.sampled_from(UNITS), st.sampled_from(LOCALES)
)
def test_every_number_has_words(value, unit, locale):
    for words in (compact(value, unit, locale), short(value, unit, locale), exact(value, unit, locale)):
        assert words
        assert "nan" not in words.lower() and "inf" not in words.lower().replace("info", "")
        assert "-" not in words


@pytest.mark.parametrize("locale", ["ar", "he", "fa", "ur"])
def test_where_words_run_to_the_left_a_number_is_held_together_by_marks(locale):
    for write in (compact, short, exact):
        words = write(-5, "%", locale)
        assert words.startswith(MARK) and words.endswith(MARK)
        assert words.strip(MARK).replace("%", "").strip(NARROW) == f"{MINUS}5"
    assert MARK not in compact(-5, "%", "de")
