"""Numbers and durations as people read them, in the conventions of a locale.

What differs between locales (signs, names of days and months) comes from Babel; what goes through the hot path is put
together here and cached, because one number through Babel costs 20 to 40 µs and a chart shows dozens. Every cache is
bounded. Numbers have 3 significant digits; a minus is U+2212; a unit follows a narrow no-break space.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite

from .money import currencies, money, money_axis
from .numbers import (
    MINUS,
    NARROW_SPACE,
    NO_VALUE,
    Parts,
    decimals_of,
    digits_of,
    exponent,
    in_order,
    plain,
    scientific,
    signs,
)

_SI = {-4: "p", -3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M", 3: "G", 4: "T", 5: "P", 6: "E"}
_IEC = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
# Units that take a prefix themselves (1.2 MW). Before any other unit the prefix stays with the number (1.2M requests).
_SYMBOLS = frozenset(
    ["W", "Wh", "V", "VA", "A", "Ah", "J", "Pa", "Hz", "g", "m", "N", "F", "H", "Ω", "bit", "bit/s", "bps"]
)
# From here on a number that has no larger prefix is a power of ten: nobody reads 300 digits off a tile.
_MAX_UNPREFIXED = 1e6
_MAX_PREFIXED = 1e24
_MAX_PREFIXED_DECIMALS = 2
_DAY = 86400  # seconds


def _scaled(value: float, unit: str, digits: int, locale: str) -> Parts:
    """Write a number with an SI prefix if it needs one."""
    size = abs(value)
    glue = unit in _SYMBOLS
    if size == 0:
        return (("0", unit),)
    power = exponent(size, digits)
    if (size < 9999.5 or (digits > 3 and size < 1e9)) and (power >= (0 if glue else -4)):
        # Whole numbers are never cut: 4812 is 4,812. A tooltip (more digits) keeps at least two decimals.
        decimals = max(digits - 1 - power, 2 if digits > 3 else 0)
        return ((plain(value, decimals, locale), unit),)
    third = power // 3
    if third not in _SI or (third < 0 and not glue):
        return ((scientific(value, digits, locale), unit),)
    number = plain(value / 1000.0**third, digits - 1 - (power - 3 * third), locale)
    return ((number, _SI[third] + unit),) if glue else ((number + _SI[third], unit),)


def _percent(value: float, digits: int, locale: str) -> Parts:
    before = signs(locale).percent
    ((number, unit),) = _scaled(value, "%", digits, locale)
    return ((before + number, ""),) if before else ((number, unit),)


def _bytes(value: float, unit: str, digits: int, locale: str) -> Parts:
    third = 0
    roof = 1024 if digits > 3 else 1023.5  # what would be written as 1,024
    while abs(value) >= roof and third < len(_IEC) - 1:
        value, third = value / 1024, third + 1
    if abs(value) < 1 and not third:
        return _scaled(value, unit, digits, locale)
    if abs(value) >= _MAX_UNPREFIXED:
        return ((scientific(value, digits, locale), _IEC[third] + unit[1:]),)
    decimals = max(0, digits - 1 - max(0, exponent(value, digits)))
    return ((plain(value, decimals, locale), _IEC[third] + unit[1:]),)


def _duration(seconds: float, digits: int, locale: str) -> Parts:
    size = abs(seconds)
    if size < 59.95:
        third = 0 if size == 0 or (power := exponent(size, digits)) >= 0 else max(-3, power // 3)
        value = seconds / 1000.0**third if third else seconds
        if 0 < abs(value) < 1e-3:
            return ((scientific(seconds, digits, locale), "s"),)
        decimals = digits - 1 - (max(0, exponent(value, digits)) if value else 0)
        return ((plain(value, decimals, locale), _SI[third] + "s"),)
    sign = MINUS if seconds < 0 else ""
    if size < 3599.5:
        minutes, rest = divmod(round(size), 60)
        return (sign + str(minutes), "m"), (f"{rest:02}", "s")
    minutes = round(size / 60)
    if minutes < 1440:
        return (sign + str(minutes // 60), "h"), (f"{minutes % 60:02}", "m")
    if size >= _MAX_UNPREFIXED * _DAY:
        return ((scientific(seconds / _DAY, digits, locale), "d"),)
    hours = round(size / 3600)
    return (sign + plain(hours // 24, 0, locale), "d"), (f"{hours % 24:02}", "h")


@lru_cache(maxsize=8192)
def parts(value: float | None, unit: str = "", locale: str = "en", digits: int = 3) -> Parts:
    """Return `value` as ((number, unit), …), with `digits` significant digits; a gap is an en dash.

    IEC prefixes for "B" and "B/s", durations for "s" (and for "ms" from ten seconds on), percent for "%" and
    "ratio" (0.41 is 41 %), the conventions of a currency for its ISO 4217 code ("EUR"), SI prefixes otherwise.

    An integer that no float is equal to is written in full: whoever asks for it wants all of its digits.
    """
    if value is None or not isfinite(value):
        return ((NO_VALUE, ""),)
    if isinstance(value, int) and float(value) != value:
        return ((plain(value, 0, locale), unit),)
    if unit in ("B", "B/s"):
        return _bytes(value, unit, digits, locale)
    if unit == "s":
        return _duration(value, digits, locale)
    if unit == "ms" and abs(value) >= 9999.5:
        return _duration(value / 1000, digits, locale)
    if unit == "%":
        return _percent(value, digits, locale)
    if unit == "ratio":
        return _percent(value * 100, digits, locale) if abs(value) < 1e300 else _scaled(value, "", digits, locale)
    if unit in currencies():
        return money(value, unit, digits, locale)
    return _scaled(value, unit, digits, locale)


def _joined(pieces: Parts) -> str:
    return NARROW_SPACE.join([f"{number}{NARROW_SPACE}{unit}" if unit else number for number, unit in pieces])


@lru_cache(maxsize=8192)
def compact(value: float | None, unit: str = "", locale: str = "en") -> str:
    """Return `value` with 3 significant digits and its unit: "41 %", "1.28M", "1.5 GiB/s", "2 h 05 m", or a dash."""
    return in_order(_joined(parts(value, unit, locale)), locale)


def _spelled(unit: str) -> bool:
    """Tell whether a number needs its unit beside it; "requests" is in the caption and need not be repeated."""
    return unit in ("%", "B", "B/s", "s") or unit in _SYMBOLS


def _without_caption(pieces: Parts, unit: str, locale: str) -> str:
    bare = len(pieces) == 1 and pieces[0][1] == unit and not _spelled(unit)
    return in_order(pieces[0][0] if bare else _joined(pieces), locale)


@lru_cache(maxsize=8192)
def short(value: float | None, unit: str = "", locale: str = "en") -> str:
    """Return `value` like `compact`, without a unit that only repeats the caption."""
    return _without_caption(parts(value, unit, locale), unit, locale)


@lru_cache(maxsize=8192)
def exact(value: float | None, unit: str = "", locale: str = "en") -> str:
    """Return `value` for the tooltip: whole numbers in full, others with 6 significant digits."""
    return _without_caption(parts(value, unit, locale, 6), unit, locale)


def exact_once(values: Sequence[float | None], unit: str, locale: str) -> tuple[list[str], str]:
    """Return values as `exact` does, and the unit that stands once behind all of them; "" where each has its own."""
    words = [exact(value, unit, locale) for value in values]
    if not unit or _spelled(unit):
        return words, ""
    whole = [_joined(parts(value, unit, locale, 6)) for value in values]
    ends = {full[len(word) :] for full, word in zip(whole, words, strict=True) if full != NO_VALUE}
    return (words, unit) if ends == {NARROW_SPACE + unit} else (whole, "")


@lru_cache(maxsize=1024)
def axis(ticks: tuple[float, ...], unit: str = "", locale: str = "en") -> tuple[str, ...]:
    """Return the labels of evenly spaced ticks: one prefix and the same decimals for all."""
    if unit == "ratio":
        ticks, unit = tuple([tick * 100 for tick in ticks]), "%"
    top, step = max(map(abs, ticks)), ticks[1] - ticks[0]
    if unit in currencies():
        return money_axis(ticks, top, step, unit, locale)
    if unit == "s" and top >= 59.95:
        if top >= _MAX_UNPREFIXED * _DAY:
            return _by_powers(tuple([t / _DAY for t in ticks]), step / _DAY, "", f"{NARROW_SPACE}d", locale)
        return tuple([_joined(_clock(t, decimals_of(step), locale)) for t in ticks])
    head = signs(locale).percent if unit == "%" else ""
    scale, prefix, tail = 1.0, "", NARROW_SPACE + unit if unit == "%" and not head else ""
    power = exponent(top, 3)
    if unit in ("B", "B/s"):
        third = _told_apart(min(len(_IEC) - 1, max(0, (int(top).bit_length() - 1) // 10)), step, 1024.0)
        scale, tail = 1024.0**third, NARROW_SPACE + _IEC[third] + unit[1:]
    elif unit == "s":
        third = min(0, max(-3, power // 3))
        scale, tail = 1000.0**third, NARROW_SPACE + _SI[third] + "s"
    elif not 1e-4 <= top < 10_000 and (third := power // 3) in _SI and (third > 0 or unit in _SYMBOLS):
        third = _told_apart(third, step, 1000.0)
        scale, prefix = 1000.0**third, _SI[third]
    # A share of a byte is a tick of a rate; a share of a nanosecond is not worth its zeros.
    if top / scale < 1e-4 or top >= (_MAX_PREFIXED if scale > 1 else 1e15):
        return _by_powers(ticks, step, head, NARROW_SPACE + unit if unit in ("B", "B/s", "s") else tail, locale)
    decimals = decimals_of(step / scale)
    bare = not (prefix or tail or head)
    return tuple(
        [head + plain(t / scale, decimals, locale, trim=False) + prefix + tail if t or bare else "0" for t in ticks]
    )


def _told_apart(third: int, step: float, base: float) -> int:
    """A prefix as great as this, or a lesser one, if labels would differ only far behind the point: not 1.00001M."""
    while third > 0 and decimals_of(step / base**third) > _MAX_PREFIXED_DECIMALS:
        third -= 1
    return third


def _clock(seconds: float, decimals: int, locale: str) -> Parts:
    """Write a duration with all of its parts that are not zero, because ticks may differ in the least of them."""
    pieces: list[tuple[str, str]] = []
    rest = round(abs(seconds), decimals)
    for size, name in ((_DAY, "d"), (3600, "h"), (60, "m")):
        count, rest = divmod(rest, size)
        if count:
            pieces.append((f"{int(count):02}" if pieces else plain(count, 0, locale), name))
    if rest := round(rest, decimals):
        pieces.append((plain(rest, decimals, locale).rjust(2, "0") if pieces else plain(rest, decimals, locale), "s"))
    if not pieces:
        return (("0", ""),)
    number, name = pieces[0]
    return ((MINUS + number if seconds < 0 else number, name), *pieces[1:])


def _by_powers(ticks: tuple[float, ...], step: float, head: str, tail: str, locale: str) -> tuple[str, ...]:
    """Return the labels of ticks that no prefix suits, with as many digits as tell one from the next."""
    digits = digits_of(max(map(abs, ticks)), step)
    return tuple([head + scientific(t, digits, locale) + tail if t else "0" for t in ticks])


@lru_cache(maxsize=512)
def log_axis(ticks: tuple[float, ...], unit: str = "", locale: str = "en") -> tuple[str, ...]:
    """Return the labels of a logarithmic axis: each tick as it is best read, because no prefix suits all.

    Bytes have decimal prefixes here, because a power of ten of them is no round number of KiB: 1 kB, 10 kB, 1 MB.
    """
    if unit in ("B", "B/s"):
        return tuple([_joined(_decimal_bytes(tick, unit, locale)) for tick in ticks])
    return tuple([short(tick, unit, locale) for tick in ticks])


def _decimal_bytes(value: float, unit: str, locale: str) -> Parts:
    third = exponent(value, 3) // 3 if value >= 999.5 else 0
    if third not in _SI:
        return _scaled(value, unit, 3, locale)
    number, _ = _scaled(value / 1000.0**third, "", 3, locale)[0]
    return ((number, _SI[third] + unit),)
