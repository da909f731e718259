"""Numbers as a locale writes them: its signs, groups and decimals. What `formats` and `money` are made of."""

from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

NO_VALUE = "\u2013"  # en dash
MINUS = "\u2212"
TIMES = "\u00d7"
NARROW_SPACE = "\u202f"  # narrow no-break space
LEFT_TO_RIGHT = "\u200e"  # a mark without width

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# ((number, unit), …): a stat shows units smaller, so they are kept apart. Durations have several.
Parts = tuple[tuple[str, str], ...]


class Signs(NamedTuple):
    """What a locale puts around and into numbers."""

    locale: Locale
    decimal: str
    group: str
    percent: str  # what stands before a number that is a percentage, in the locales that write it there


@lru_cache(maxsize=64)
def signs(name: str) -> Signs:
    """Return the locale called `name` ("de", "pt-BR", "zh_Hans"), English if Babel does not know it."""
    try:
        locale = Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    symbols = locale.number_symbols.get("latn", {})
    before: str = locale.percent_formats[None].prefix[0].replace("\xa0", NARROW_SPACE)
    percent = before if "%" in before else ""
    return Signs(locale, symbols.get("decimal", "."), symbols.get("group", ","), percent)


def in_order(words: str, locale: str) -> str:
    """Return a number between marks where the locale is read from the right: its sign stays before and its unit behind.

    Among words of that locale minus 5 % would be shown as "% 5" and a minus else, on a page as in any other text.
    """
    is_mirrored = signs(locale).locale.text_direction == "rtl"
    return f"{LEFT_TO_RIGHT}{words}{LEFT_TO_RIGHT}" if is_mirrored else words


def plain(value: float, decimals: int, locale: str, *, trim: bool = True) -> str:
    """Write `value` with `decimals`, grouped by three, without trailing zeros if `trim`."""
    # An integer may have more digits than a float.
    text = f"{abs(value):,}" if isinstance(value, int) and not decimals else f"{abs(value):,.{decimals}f}"
    if trim and decimals:
        text = text.rstrip("0").rstrip(".")
    conventions = signs(locale)
    if conventions.decimal != "." or conventions.group != ",":
        text = text.replace(",", "\0").replace(".", conventions.decimal).replace("\0", conventions.group)
    return MINUS + text if value < 0 and text.strip("0.,") else text


def exponent(value: float, digits: int) -> int:
    """Return the power of ten of `value` as it is after rounding to `digits`, so that 999.9 counts as 1000."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def scientific(value: float, digits: int, locale: str) -> str:
    """Write `value` with `digits` and a power of ten."""
    power = exponent(value, digits)
    # Divided in two steps where one power of ten would leave the range of a float.
    mantissa = value / 10.0**power if power > -300 else value * 1e300 / 10.0 ** (power + 300)
    return f"{plain(mantissa, digits - 1, locale)}{TIMES}10{str(power).translate(_SUPERSCRIPT)}"


def digits_of(top: float, step: float) -> int:
    """Return how many digits of a power of ten tell ticks apart that are `step` from each other and end at `top`."""
    return min(max(3, exponent(top, 3) - exponent(abs(step), 3) + 2), 15) if step else 3


def decimals_of(step: float) -> int:
    """Return how many decimals tell ticks apart that are `step` from each other."""
    step = abs(step)
    return next((d for d in range(12) if abs(round(step, d) - step) <= step * 1e-6), 12)
