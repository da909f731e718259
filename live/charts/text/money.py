"""Amounts of money, in the conventions of a locale: which side the symbol is on, and how large amounts are counted."""

from functools import lru_cache

from babel.numbers import format_compact_decimal, get_currency_precision, get_currency_symbol, list_currencies

from .numbers import MINUS, NARROW_SPACE, Parts, decimals_of, digits_of, exponent, plain, scientific, signs


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes that there are."""
    return frozenset(list_currencies())


@lru_cache(maxsize=256)
def _around(unit: str, locale: str) -> tuple[str, str]:
    """Return what a locale writes before and after an amount of a currency."""
    babel = signs(locale).locale
    pattern, symbol = babel.currency_formats["standard"], get_currency_symbol(unit, locale=babel)
    before, after = (
        affix[0].replace("\xa4", symbol).replace("\xa0", NARROW_SPACE) for affix in (pattern.prefix, pattern.suffix)
    )
    # A symbol of letters needs room: "CHF 12".
    return before + (NARROW_SPACE if before and before[-1].isalpha() else ""), after


@lru_cache(maxsize=256)
def _thousands(third: int, locale: str) -> str:
    """Return what a locale writes after an amount in thousands, millions, …: "K", "M", "Mio.".

    "" in locales that do not count in thousands.
    """
    word = _counted(1000**third, 0, locale)
    return word[1:] if word[0] == "1" and not any(character.isdigit() for character in word[1:]) else ""


def _counted(size: float, decimals: int, locale: str) -> str:
    """Return a large amount as its locale counts: "1.28M", "12.8 लाख", "128万"."""
    babel = signs(locale).locale
    text: str = format_compact_decimal(size, format_type="short", locale=babel, fraction_digits=decimals)
    return text.replace("\xa0", NARROW_SPACE)


def _fraction(size: float, cents: int, digits: int, locale: str) -> str:
    """Write an amount below one: what costs less than the smallest coin is not free."""
    power = exponent(size, digits)
    if power < -4:
        return scientific(size, digits, locale)
    more = max(0, digits - 1 - power - cents)
    number = plain(size, cents + more, locale, trim=False)
    if more:
        number = number[:-more] + number[-more:].rstrip("0")
    return number if cents else number.removesuffix(signs(locale).decimal)


def money(value: float, unit: str, digits: int, locale: str) -> Parts:
    """Return an amount of the currency `unit` in one part, large ones with `digits` unless there are more than 3."""
    before, after = _around(unit, locale)
    size, cents = abs(value), get_currency_precision(unit)
    if size >= 999.5e12:
        number = scientific(size, digits, locale)
    elif 0 < size < 1:
        number = _fraction(size, cents, digits, locale)
    elif size >= 9999.5 and digits <= 3:
        third = min(4, exponent(size, digits) // 3)
        decimals = max(0, digits - 1 - (exponent(size, digits) - 3 * third))
        word = _thousands(third, locale)
        number = plain(size / 1000.0**third, decimals, locale) + word if word else _counted(size, 1, locale)
    else:
        number = plain(size, 0 if digits <= 3 and size >= 999.5 else cents, locale, trim=False)
    sign = MINUS if value < 0 and number.strip("0.,") else ""
    return ((f"{sign}{before}{number}{after}", ""),)


def money_axis(ticks: tuple[float, ...], top: float, step: float, unit: str, locale: str) -> tuple[str, ...]:
    """Return the labels of ticks `step` apart, the greatest of which is `top`: one word and the same decimals."""
    before, after = _around(unit, locale)
    third = min(4, exponent(top, 3) // 3) if top >= 9999.5 else 0
    scale, word = 1000.0**third, _thousands(third, locale) if third else ""
    if not 1e-4 <= top < 999.5e12:
        digits = digits_of(top, step)
        words = [(MINUS if t < 0 else "") + before + scientific(abs(t), digits, locale) + after for t in ticks]
        return tuple([label if t else f"{before}0{after}" for label, t in zip(words, ticks, strict=True)])
    if third and not word:
        return tuple([money(t, unit, 3, locale)[0][0] for t in ticks])
    decimals = decimals_of(step / scale)
    if not third and decimals:
        decimals = max(decimals, get_currency_precision(unit))
    labels = []
    for tick in ticks:
        sign = MINUS if tick < 0 else ""
        number = plain(abs(tick) / scale, decimals, locale, trim=False) + word if tick else "0"
        labels.append(f"{sign}{before}{number}{after}")
    return tuple(labels)
