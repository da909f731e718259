"""What is drawn: made from a seed, so that bytes are the same in every run, and for every library.

Each function returns frame `at` of something that changes as it does on a board: a window slides by one bucket, a
newest value replaces one, a state ends. Values are whole numbers. No frame is ever drawn twice.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

START, STEP, POINTS = 1_774_742_400, 300, 300
ROW, MOST = 1500, 30_000  # frames of one row, and of all
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
REGIONS = ("EU", "US", "APAC", "LATAM")
PLANS = ("Free", "Pro", "Team")
HOURS = tuple(str(hour) for hour in range(24))
SERVICES = ("api", "worker", "search", "mailer")
SPANS = 40  # of each service, in a window
WORDS = {"ok": "Up", "warn": "Degraded", "bad": "Down", "off": "No data"}

Lines = dict[str, list[float]]


class Level(NamedTuple):
    """A value that wanders about `mean`: mostly within two `spread`s, by about `step` from one bucket to the next."""

    mean: float
    spread: float
    step: float


LATENCY = {"p50": Level(150, 17, 6.7), "p95": Level(322, 55, 15), "p99": Level(455, 62, 20)}
TRAFFIC = {"p50": Level(73, 15, 8), "p95": Level(190, 25, 12), "p99": Level(270, 40, 16)}


@cache
def wandering(name: str, level: Level, size: int = MOST + POINTS) -> list[float]:
    """Return whole numbers that wander; the same for the same arguments."""
    random, value, found = Random(name), 0.0, []
    back = level.step**2 / (2 * level.spread**2)
    for _ in range(size):
        value += random.gauss(0, level.step) - back * value
        found.append(float(max(round(level.mean + value), 0)))
    return found


def windows(levels: Mapping[str, Level], at: int, size: int = POINTS) -> Lines:
    """Return the newest `size` buckets of several series, each `at` buckets later than at first."""
    return {name: wandering(name, level)[at : at + size] for name, level in levels.items()}


def orders(at: int) -> list[float]:
    """Return the orders of seven days, the last of which is not over."""
    return [182, 240, 199, 305, 274, 140, float(round(wandering("orders", Level(120, 30, 9))[at]))]


def other_orders(at: int) -> list[float]:
    """Return seven numbers, each another than in the frame before."""
    return [wandering(day, Level(210, 50, 30))[at] for day in DAYS]


def accounts(at: int) -> Lines:
    """Return the accounts of each plan, in each region."""
    levels = {"Free": (420, 380, 290, 150), "Pro": (310, 455, 205, 90), "Team": (150, 260, 120, 45)}
    return {
        plan: [wandering(plan + region, Level(mean, 12, 3))[at] for region, mean in zip(REGIONS, means, strict=True)]
        for plan, means in levels.items()
    }


def plans(at: int) -> dict[str, float]:
    """Return the accounts of each plan."""
    levels = {"Free": 1240, "Pro": 1060, "Team": 571, "Enterprise": 100}
    return {plan: wandering("all " + plan, Level(mean, 20, 5))[at] for plan, mean in levels.items()}


@cache
def _week() -> list[list[float]]:
    random = Random("sign-ins")
    return [
        [
            float(max(round((52 if day < 5 else 14) * max(1 - abs(hour - 13.5) / 9, 0.04) + random.gauss(0, 5)), 0))
            for hour in range(24)
        ]
        for day in range(7)
    ]


def sign_ins(at: int) -> list[list[float]]:
    """Return the sign-ins of each hour of seven days; those of one hour, which moves on, still grow."""
    week = [list(day) for day in _week()]
    day, hour = divmod(at // 12 % (7 * 24), 24)
    week[day][hour] += 1 + at % 12
    return week


class Lasting(NamedTuple):
    """A state from `start` to `end`, in epoch seconds."""

    start: float
    end: float
    level: str


@cache
def _states(name: str) -> tuple[list[float], list[str]]:
    """Return when each state of a service ended, and its level. A minute is the least that one lasts."""
    random = Random(name)
    mean = POINTS * STEP / SPANS
    ends, levels = [float(START - POINTS * STEP)], ["ok"]
    while ends[-1] < START + (MOST + POINTS) * STEP:
        up = len(levels) % 2 == 0
        ends.append(ends[-1] + 60 * max(round(random.expovariate(1 / (1.7 if up else 0.3) / mean * 60)), 1))
        levels.append("ok" if up else random.choice(("warn", "warn", "bad", "off")))
    return ends, levels


def states(at: int) -> tuple[float, float, dict[str, Sequence[Lasting]]]:
    """Return a window of 25 hours, as (start, end, the states of each service)."""
    start = float(START + at * STEP)
    end = start + POINTS * STEP
    found = {}
    for name in SERVICES:
        ends, levels = _states(name)
        first, last = bisect_left(ends, start), bisect_left(ends, end)
        found[name] = [Lasting(max(ends[i - 1], start), min(ends[i], end), levels[i]) for i in range(first, last + 1)]
    return start, end, found


def busy(at: int) -> float:
    """Return how busy something is, in percent."""
    return min(wandering("busy", Level(72, 9, 4))[at], 100.0)


def trend(name: str, mean: float, at: int) -> list[float]:
    """Return the newest 40 values of a figure."""
    return wandering(name, Level(mean, mean * 0.1, mean * 0.03))[at : at + 40]
