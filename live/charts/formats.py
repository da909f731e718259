"""Numbers, durations and times as people read them, in the conventions of a locale.

What differs between locales (signs, names of days and months) comes from Babel; what goes through the hot path is put
together here and cached, because one number through Babel costs 20 to 40 µs and a chart shows dozens. Every cache is
bounded. Numbers have 3 significant digits; a minus is U+2212; a unit follows a narrow no-break space.
"""

from datetime import datetime, tzinfo
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_skeleton

NONE = "\u2013"  # en dash
MINUS = "\u2212"
TIMES = "\u00d7"
THIN = "\u202f"  # narrow no-break space

_SI = {-4: "p", -3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M", 3: "G", 4: "T", 5: "P", 6: "E"}
_IEC = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
# Units that take a prefix themselves (1.2 MW). Before any other unit the prefix stays with the number (1.2M requests).
_SYMBOLS = frozenset(
    ["W", "Wh", "V", "VA", "A", "Ah", "J", "Pa", "Hz", "g", "m", "N", "F", "H", "Ω", "bit", "bit/s", "bps"]
)
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# ((number, unit), …): a stat shows units smaller, so they are kept apart. Durations have several.
Parts = tuple[tuple[str, str], ...]


class _Signs(NamedTuple):
    locale: Locale
    decimal: str
    group: str


@lru_cache(maxsize=64)
def _signs(name: str) -> _Signs:
    """Return the locale called `name` ("de", "pt-BR", "zh_Hans"), English if Babel does not know it."""
    try:
        locale = Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    symbols = locale.number_symbols.get("latn", {})
    return _Signs(locale, symbols.get("decimal", "."), symbols.get("group", ","))


def _plain(value: float, decimals: int, locale: str, *, trim: bool = True) -> str:
    """Write `value` with `decimals`, grouped by three, without trailing zeros if `trim`."""
    text = f"{abs(value):,.{decimals}f}"
    if trim and decimals:
        text = text.rstrip("0").rstrip(".")
    signs = _signs(locale)
    if signs.decimal != "." or signs.group != ",":
        text = text.replace(",", "\0").replace(".", signs.decimal).replace("\0", signs.group)
    return MINUS + text if value < 0 and text.strip("0.,") else text


def _exponent(value: float, digits: int) -> int:
    """Return the power of ten of `value` as it is after rounding to `digits`, so that 999.9 counts as 1000."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def _scientific(value: float, digits: int, locale: str) -> str:
    power = _exponent(value, digits)
    # Divided in two steps where one power of ten would leave the range of a float.
    mantissa = value / 10.0**power if power > -300 else value * 1e300 / 10.0 ** (power + 300)
    return f"{_plain(mantissa, digits - 1, locale)}{TIMES}10{str(power).translate(_SUPERSCRIPT)}"


def _scaled(value: float, unit: str, digits: int, locale: str) -> Parts:
    """Write a number with an SI prefix if it needs one."""
    size = abs(value)
    glue = unit in _SYMBOLS
    if size == 0:
        return (("0", unit),)
    power = _exponent(size, digits)
    if (size < 9999.5 or (digits > 3 and size < 1e9)) and (power >= (0 if glue else -4)):
        # Whole numbers are never cut: 4812 is 4,812. A read-out (more digits) keeps at least two decimals.
        decimals = max(digits - 1 - power, 2 if digits > 3 else 0)
        return ((_plain(value, decimals, locale), unit),)
    third = power // 3
    if third not in _SI or (third < 0 and not glue):
        return ((_scientific(value, digits, locale), unit),)
    number = _plain(value / 1000.0**third, digits - 1 - (power - 3 * third), locale)
    return ((number, _SI[third] + unit),) if glue else ((number + _SI[third], unit),)


def _bytes(value: float, unit: str, digits: int, locale: str) -> Parts:
    third = 0
    roof = 1024 if digits > 3 else 1023.5  # what would be written as 1,024
    while abs(value) >= roof and third < len(_IEC) - 1:
        value, third = value / 1024, third + 1
    decimals = max(0, digits - 1 - max(0, _exponent(value, digits))) if value else 0
    return ((_plain(value, decimals, locale), _IEC[third] + unit[1:]),)


def _duration(seconds: float, digits: int, locale: str) -> Parts:
    size = abs(seconds)
    if size < 59.95:
        third = 0 if size == 0 or (power := _exponent(size, digits)) >= 0 else max(-3, power // 3)
        value = seconds / 1000.0**third if third else seconds
        decimals = digits - 1 - (max(0, _exponent(value, digits)) if value else 0)
        return ((_plain(value, decimals, locale), _SI[third] + "s"),)
    sign = MINUS if seconds < 0 else ""
    if size < 3599.5:
        minutes, rest = divmod(round(size), 60)
        return (sign + str(minutes), "m"), (f"{rest:02}", "s")
    minutes = round(size / 60)
    if minutes < 1440:
        return (sign + str(minutes // 60), "h"), (f"{minutes % 60:02}", "m")
    hours = round(size / 3600)
    return (sign + _plain(hours // 24, 0, locale), "d"), (f"{hours % 24:02}", "h")


@lru_cache(maxsize=8192)
def parts(value: float | None, unit: str = "", locale: str = "en", digits: int = 3) -> Parts:
    """Return `value` as ((number, unit), …), with `digits` significant digits; a gap is an en dash.

    IEC prefixes for "B" and "B/s", durations for "s" (and for "ms" from ten seconds on), SI prefixes otherwise.
    """
    if value is None or not isfinite(value):
        return ((NONE, ""),)
    if unit in ("B", "B/s"):
        return _bytes(value, unit, digits, locale)
    if unit == "s":
        return _duration(value, digits, locale)
    if unit == "ms" and abs(value) >= 9999.5:
        return _duration(value / 1000, digits, locale)
    return _scaled(value, unit, digits, locale)


def _joined(pieces: Parts) -> str:
    return THIN.join([f"{number}{THIN}{unit}" if unit else number for number, unit in pieces])


@lru_cache(maxsize=8192)
def compact(value: float | None, unit: str = "", locale: str = "en") -> str:
    """Return `value` with 3 significant digits and its unit: "41 %", "1.28M", "1.5 GiB/s", "2 h 05 m", or a dash."""
    return _joined(parts(value, unit, locale))


def _spelled(unit: str) -> bool:
    """Tell whether a number needs its unit beside it; "requests" is in the caption and need not be repeated."""
    return unit in ("%", "B", "B/s", "s") or unit in _SYMBOLS


@lru_cache(maxsize=8192)
def short(value: float | None, unit: str = "", locale: str = "en") -> str:
    """Return `value` like `compact`, without a unit that only repeats the caption."""
    pieces = parts(value, unit, locale)
    return pieces[0][0] if len(pieces) == 1 and pieces[0][1] == unit and not _spelled(unit) else _joined(pieces)


@lru_cache(maxsize=8192)
def exact(value: float | None, unit: str = "", locale: str = "en") -> str:
    """Return `value` for the read-out: whole numbers in full, others with 6 significant digits."""
    pieces = parts(value, unit, locale, 6)
    return pieces[0][0] if len(pieces) == 1 and pieces[0][1] == unit and not _spelled(unit) else _joined(pieces)


@lru_cache(maxsize=1024)
def axis(ticks: tuple[float, ...], unit: str = "", locale: str = "en") -> tuple[str, ...]:
    """Return the labels of evenly spaced ticks: one prefix and the same decimals for all."""
    top, step = max(map(abs, ticks)), ticks[1] - ticks[0]
    if unit == "s" and top >= 59.95:
        return tuple(
            [_joined(tuple([p for p in parts(t, unit, locale) if p[0].strip("0")]) or (("0", ""),)) for t in ticks]
        )
    scale, prefix, tail = 1.0, "", THIN + unit if unit == "%" else ""
    power = _exponent(top, 3)
    if unit in ("B", "B/s"):
        third = min(len(_IEC) - 1, max(0, (int(top).bit_length() - 1) // 10))
        scale, tail = 1024.0**third, THIN + _IEC[third] + unit[1:]
    elif unit == "s":
        third = min(0, max(-3, power // 3))
        scale, tail = 1000.0**third, THIN + _SI[third] + "s"
    elif not 1e-4 <= top < 10_000 and (third := power // 3) in _SI and (third > 0 or unit in _SYMBOLS):
        scale, prefix = 1000.0**third, _SI[third]
    elif top < 1e-4 or top >= 1e15:
        return tuple([short(t, unit, locale) for t in ticks])
    step = abs(step / scale)
    decimals = next((d for d in range(12) if abs(round(step, d) - step) <= step * 1e-6), 12)
    return tuple(
        [
            _plain(t / scale, decimals, locale, trim=False) + prefix + tail if t or not (prefix or tail) else "0"
            for t in ticks
        ]
    )


@lru_cache(maxsize=4096)
def moment(at: float, zone: tzinfo, kind: str, locale: str = "en") -> str:
    """Return an instant as `kind` reads: "ms", "s", "m" (clock, 24 h), "weekday", "date", "day", "month", "year".

    Two kinds joined by a space give both: "weekday m" is "Sun 14:35".
    """
    if " " in kind:
        return " ".join([moment(at, zone, part, locale) for part in kind.split()])
    local = datetime.fromtimestamp(at, zone)
    if kind == "m":
        return f"{local:%H:%M}"
    if kind == "s":
        return f"{local:%H:%M:%S}"
    if kind == "ms":
        # Ticks below a second come from a division; round before cutting, or .3 reads as .299.
        local = datetime.fromtimestamp(round(at, 3) + 0.0001, zone)
        return f"{local:%H:%M:%S}{_signs(locale).decimal}{local.microsecond // 1000:03}"
    if kind == "year":
        return str(local.year)
    babel = _signs(locale).locale
    if kind == "weekday":
        return str(format_datetime(local, "EEE d", locale=babel))
    if kind == "month":
        return str(format_datetime(local, "LLL", locale=babel))
    return str(format_skeleton("yMMMd" if kind == "day" else "MMMd", local, locale=babel))


@lru_cache(maxsize=256)
def zone_name(at: float, zone: tzinfo) -> str:
    """Return the zone's name at an instant: "UTC", "CET", or "UTC+3" where the zone has no abbreviation."""
    name = datetime.fromtimestamp(at, zone).tzname() or "UTC"
    if name[0] in "+-":
        hours, minutes = name[1:3].lstrip("0") or "0", name[3:5]
        return f"UTC{name[0].replace('-', MINUS)}{hours}" + (f":{minutes}" if minutes.strip("0") else "")
    return name
