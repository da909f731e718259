"""SVG to PNG, one at a time and in a process of its own: whoever may see a panel may ask for pictures of every size.

Text is drawn with the typeface that is shipped: it is there on a host without fonts, and the same. Only what that does
not have, such as Chinese, is taken from the host's; letters that nothing has are logged.

Where a few wait already, where it takes too long or fails, the answer is to come again: it is logged and counted.
"""

import hashlib
import logging
import math
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore, Lock

from prometheus_client import Counter

import live
from boards.files.recent_files import RecentFiles
from live.limited_log import LimitedLog

logger = logging.getLogger(__name__)
PICTURES = Counter("boards_pictures", "Panels asked for as PNG that were not kept, by what became of them", ["outcome"])

SCALE = 2  # pixels of the PNG for each of the SVG
# Of a PNG, which take about a second of a processor; a drawing that is too long for that is smaller.
MAX_PIXELS = 8_000_000
MAX_WAITING = 4  # beside the one that is being converted
MAX_WAIT_SECONDS = 10.0
MAX_CONVERSION_SECONDS = 10.0
MAX_KEPT_BYTES = 16 << 20
FONT = Path(live.__file__).parent / "static" / "live" / "fonts" / "inter.ttf"
CONVERTER = [sys.executable, "-P", str(Path(__file__).with_name("png_process.py")), str(FONT)]
# What the converter says of a letter.
MISSING_GLYPH = b"No fonts with a"

_kept = RecentFiles(MAX_KEPT_BYTES)
_places = BoundedSemaphore(MAX_WAITING + 1)
_turn = Lock()
limited_log = LimitedLog(logger)


class MissingConverter(Exception):
    """The package that converts is not installed."""


class Unavailable(Exception):
    """There is no picture now, and there may be one later."""


def is_offered() -> bool:
    """Whether there is a converter: the package in requirements-png.txt."""
    return find_spec("resvg_py") is not None


def scale_of(width: float, height: float) -> float:
    """Pixels of the PNG for each of a drawing of this size."""
    return min(SCALE, math.sqrt(MAX_PIXELS / (width * height)))


def to_png(svg: bytes, scale: float = SCALE) -> bytes:
    """The picture as PNG. Raises ``MissingConverter`` and ``Unavailable``."""
    if not is_offered():
        raise MissingConverter
    key = digest(svg, scale)
    png = _kept.get(key)
    if png is not None:
        return png
    if not _places.acquire(blocking=False):
        raise _unavailable("busy", f"{MAX_WAITING} wait for their picture already")
    try:
        if not _turn.acquire(timeout=MAX_WAIT_SECONDS):
            raise _unavailable("busy", f"it was not its turn within {MAX_WAIT_SECONDS:g} s")
        try:
            # Whoever was before may have asked for the same.
            png = _kept.get(key) or _convert(svg, scale)
            _kept.put(key, png)
            return png
        finally:
            _turn.release()
    finally:
        _places.release()


def digest(svg: bytes, scale: float = SCALE) -> str:
    """What names the PNG of this SVG."""
    return f"{hashlib.blake2b(svg, digest_size=16).hexdigest()}-{scale:g}"


def _convert(svg: bytes, scale: float) -> bytes:
    try:
        done = subprocess.run(
            [*CONVERTER, f"{scale:g}"], input=svg, capture_output=True, timeout=MAX_CONVERSION_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unavailable("failed", str(error)) from error
    if done.returncode or not done.stdout:
        reason = done.stderr.decode(errors="replace").strip()[-500:]
        raise _unavailable("failed", f"the converter ended with {done.returncode}: {reason}")
    if MISSING_GLYPH in done.stderr:
        missing = b"; ".join(dict.fromkeys(line for line in done.stderr.splitlines() if MISSING_GLYPH in line))
        words = missing.decode(errors="replace")[:500]
        limited_log.warning("A PNG lacks letters for which this host has no font: %s", words)
    PICTURES.labels("converted").inc()
    return done.stdout


def _unavailable(outcome: str, reason: str) -> Unavailable:
    PICTURES.labels(outcome).inc()
    limited_log.warning(f"A panel could not be made a PNG ({outcome}): %s", reason)
    return Unavailable(reason)
