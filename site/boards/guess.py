"""What a series is, guessed from its name, its tags, its first values and its rhythm: the kind of panel that shows it,
a title, a unit that charts know, and whether it is a counter, of which people want to see the rate.

The names are those of Prometheus (units are spelt out at the end, and counters end in ``_total``), Telegraf, Home
Assistant, and what people write themselves. A guess is a beginning: whoever adds the panel can change all of it. Pure.

https://prometheus.io/docs/practices/naming/
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from live.charts.text.money import currencies

# How it looks, for people: a name in ``LOOKS`` of ``boards.home.offers``.
NUMBER, COUNT, COUNTER, PERCENTAGE, BYTES, DURATION, TEMPERATURE, MONEY, STATE, MEASURE = (
    *("number", "count", "counter", "percentage", "bytes", "duration"),
    *("temperature", "money", "state", "measure"),
)
# What words of a name say about the unit, and how such a series looks. The last word of a name counts most.
UNITS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(["bytes", "byte", "octets"], ("B", BYTES)),
    **dict.fromkeys(["bps", "bytespersecond"], ("B/s", BYTES)),
    **dict.fromkeys(["seconds", "second", "secs", "sec", "s"], ("s", DURATION)),
    **dict.fromkeys(["milliseconds", "millis", "msec", "ms"], ("ms", DURATION)),
    **dict.fromkeys(["microseconds", "usec", "us"], ("µs", DURATION)),
    **dict.fromkeys(["nanoseconds", "nsec", "ns"], ("ns", DURATION)),
    **dict.fromkeys(["percent", "percentage", "pct", "humidity", "battery", "soc"], ("%", PERCENTAGE)),
    **dict.fromkeys(["ratio", "fraction"], ("ratio", PERCENTAGE)),
    **dict.fromkeys(["celsius", "temp", "temperature", "degc"], ("°C", TEMPERATURE)),
    **dict.fromkeys(["fahrenheit", "degf"], ("°F", TEMPERATURE)),
    **dict.fromkeys(["kelvin"], ("K", TEMPERATURE)),
    **dict.fromkeys(["volts", "volt", "voltage"], ("V", MEASURE)),
    **dict.fromkeys(["amperes", "ampere", "amps"], ("A", MEASURE)),
    **dict.fromkeys(["watts", "watt", "power"], ("W", MEASURE)),
    **dict.fromkeys(["joules"], ("J", MEASURE)),
    **dict.fromkeys(["hertz", "hz"], ("Hz", MEASURE)),
    **dict.fromkeys(["pressure", "hpa"], ("hPa", MEASURE)),
    **dict.fromkeys(["ppm", "co2"], ("ppm", MEASURE)),
    **dict.fromkeys(["lux", "illuminance"], ("lx", MEASURE)),
    **{"kwh": ("kWh", MEASURE), "wh": ("Wh", MEASURE), "kw": ("kW", MEASURE), "dbm": ("dBm", MEASURE)},
    **{"db": ("dB", MEASURE), "rssi": ("dBm", MEASURE), "rpm": ("rpm", MEASURE), "meters": ("m", MEASURE)},
}
# Words that are units only at the end of a name, for elsewhere they are something else: ``db_connections``.
ONLY_LAST = {"s", "sec", "second", "ms", "us", "ns", "db", "power", "temp", "battery", "wh", "kw", "hz", "soc", "co2"}
# At the end of a name, what is not part of the title.
SUFFIXES = {
    *("total", "count", "bytes", "bucket", "seconds", "milliseconds", "ms", "us", "ns", "celsius", "c", "percent"),
    *("pct", "ratio", "ppm", "kwh", "wh", "kw", "watts", "volts", "hz", "dbm", "hpa", "lux", "rpm", "joules", "hertz"),
}
# In front of a name, whose series it is.
PREFIXES = {"node", "sensor", "app", "binary"}
COUNTERS = {"total", "bucket"}
# Telegraf's counters do not say that they are some.
COUNTERS_OF_TELEGRAF = re.compile(r"(bytes|packets|err|drop)_(recv|sent|in|out)|(read|write)_(bytes|time)|reads|writes")
LONG_TIMES = {"latency", "duration", "elapsed", "rtt", "response"}
UP_OR_DOWN = {"up", "online", "success", "healthy", "alive", "connected", "available", "reachable", "running"}
YES_OR_NO = {"open", "enabled", "active", "motion", "door", "window", "occupied", "on", "is", "has", "status", "state"}
MONEY_WORDS = {"revenue", "price", "turnover", "sales", "cost", "costs", "amount"}
USAGE = {"cpu", "usage", "utilization", "utilisation", "used", "mem", "memory", "disk", "idle", "fill", "level"}
RATES = {"rate", "conversion", "availability", "uptime"}
STORES = {"mem", "memory", "ram", "swap", "disk", "heap", "storage", "filesystem", "cache"}
# Of memory and disks less than a megabyte is no size.
MIN_BYTES = 1_000_000
TEMPERATURES = {"temp", "temperature", "t"}
# What is between nothing and all, and full or empty is what matters.
FILLED = {"battery", "humidity", "disk", "fill", "level", "soc", "mem", "memory", "swap", "used"}
ACRONYMS = {
    **{word: word.upper() for word in ("cpu", "http", "https", "db", "io", "api", "ram", "tcp", "udp", "dns", "sql")},
    **{word: word.upper() for word in ("url", "gpu", "ssl", "tls", "ip", "rtt", "vpn", "php", "jvm", "gc", "ups")},
    **{"co2": "CO₂", "pm25": "PM2.5", "mysql": "MySQL", "redis": "Redis", "id": "ID", "rssi": "RSSI"},
}
UP_STATES = "0 = Down, bad\n1 = Up, ok"
YES_STATES = "0 = Off, off\n1 = On, ok"
# Codes of currencies that are words, too.
NO_MONEY = {"all", "top", "try", "mop", "gel", "cup", "pen", "lak", "std", "rub", "ron", "zar", "amd", "ars", "mad"}
# Values of a series that are enough for a guess.
MAX_POINTS = 20
# So many points that never fall are a counter's.
MIN_COUNTER_POINTS = 10
# Above it a number of seconds is a moment: 2001 and later.
MIN_EPOCH_SECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Guess:
    """``kind`` and ``options`` are those of a panel; ``function``: of a query, empty for a series as it is;
    ``looks_like``: in a word, one of those above."""

    kind: str
    title: str
    looks_like: str = NUMBER
    unit: str = ""
    function: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case: ``node_memory_MemFree_bytes`` is node, memory, mem, free, bytes."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=load)(?=\d+$)", " ", name)
    return [word.lower() for word in re.split(r"[\W_]+", split) if word]


def guess(
    name: str,
    values: Sequence[float] = (),
    *,
    tags: Collection[str] = (),
    holds_states: bool = False,
    many: bool = False,
) -> Guess:
    """Guess what a series is: ``values`` are its first ones, oldest first, and ``tags`` the names of its tags; ``many``
    says that it is one of several of that name."""
    words = words_of(name)
    title = title_of(words) or name
    if holds_states:
        return Guess("status", title, STATE)
    is_binary = bool(values) and set(values) <= {0.0, 1.0}
    if is_binary and UP_OR_DOWN & set(words):
        return Guess("status", title, STATE, options={"states": UP_STATES})
    if is_binary and YES_OR_NO & set(words):
        return Guess("status", title, STATE, options={"states": YES_STATES})
    unit, looks_like = unit_of(words, values)
    if is_counter(name, words, values):
        return _counter(title, *(("", COUNT) if words[-1:] == ["bucket"] else (unit, looks_like)))
    if looks_like == DURATION and values and min(values) > MIN_EPOCH_SECONDS:
        return Guess("line" if many else "stat", title, NUMBER)
    options: dict[str, Any] = {}
    kind = "line"
    if looks_like == PERCENTAGE:
        options = {"minimum": 0.0, "maximum": 1.0 if unit == "ratio" else 100.0}
        kind = "gauge" if FILLED & set(words) else "line"
    elif looks_like in (BYTES, DURATION):
        options = {"minimum": 0.0}
    elif looks_like in (COUNT, MONEY):
        kind = "stat"
    return Guess("line" if many else kind, title, looks_like, unit, options=_with(options, unit))


def _counter(title: str, unit: str, looks_like: str) -> Guess:
    # Seconds a second are a share: of the time of one processor.
    per_second = {"B": "B/s", "s": "ratio", "": "/s"}.get(unit, f"{unit}/s")
    looks_like = BYTES if looks_like == BYTES else COUNTER
    return Guess("line", title, looks_like, per_second, "rate", _with({"minimum": 0.0}, per_second))


def _with(options: dict[str, Any], unit: str) -> dict[str, Any]:
    return ({"unit": unit} if unit else {}) | options


def is_counter(name: str, words: Sequence[str], values: Sequence[float]) -> bool:
    """Whether only its growth means something."""
    if COUNTERS & set(words[-1:]) or COUNTERS_OF_TELEGRAF.search(name):
        return not any(later < earlier for earlier, later in pairwise(values)) or len(values) >= MIN_COUNTER_POINTS
    if len(values) < MIN_COUNTER_POINTS or any(value != int(value) for value in values):
        return False
    # It grows nearly always, and from far above nothing: a queue that fills grows, too.
    grows = sum(later > earlier for earlier, later in pairwise(values))
    falls = any(later < earlier for earlier, later in pairwise(values))
    return not falls and grows > len(values) / 2 and values[0] > values[-1] - values[0]


def unit_of(words: Sequence[str], values: Sequence[float]) -> tuple[str, str]:
    """The unit and how such a series looks, from the words of its name, the last ones first; else from its values."""
    body = [word for word in words if word not in ("total", "bucket", "sum")]
    for index, word in enumerate(reversed(body)):
        if index == 0 and is_currency(word):
            return word.upper(), MONEY
        if word == "c" and index == 0 and TEMPERATURES & set(body):
            return "°C", TEMPERATURE
        if word in UNITS and (index == 0 or word not in ONLY_LAST):
            return UNITS[word]
    if MONEY_WORDS & set(body):
        return "", MONEY
    if LONG_TIMES & set(body):
        return ("s" if values and max(values) < 10 else "ms"), DURATION
    if STORES & set(body) and values and max(values) >= MIN_BYTES:
        return "B", BYTES
    if (USAGE | RATES) & set(body) and values and min(values) >= 0:
        is_fraction = max(values) <= 1 and any(value != int(value) for value in values)
        if is_fraction and not body[-1].isdecimal():
            return "ratio", PERCENTAGE
        if USAGE & set(body) and 1 < max(values) <= 100:
            return "%", PERCENTAGE
    if values and all(value == int(value) and value >= 0 for value in values):
        return "", COUNT
    return "", NUMBER


def is_currency(word: str) -> bool:
    """Whether a word is the code of a currency, and no other word."""
    return len(word) == 3 and word not in NO_MONEY and word.upper() in currencies()


def title_of(words: Sequence[str]) -> str:
    """The words as people write them, without whose they are and in which unit."""
    shown = [word for index, word in enumerate(words) if index == 0 or word != words[index - 1]]
    while len(shown) > 1 and shown[0] in PREFIXES:
        shown = shown[1:]
    while len(shown) > 1 and (shown[-1] in SUFFIXES or is_currency(shown[-1])):
        shown = shown[:-1]
    written = [ACRONYMS.get(word, word) for word in shown]
    title = " ".join(written)
    return title[:1].upper() + title[1:]
