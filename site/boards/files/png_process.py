"""The program that makes one PNG of one SVG: ``python png_process.py FONT SCALE < picture.svg > picture.png``.

A program of its own, started by ``boards.files.png``, because a conversion holds Python's lock and a lot of memory
until it is done. It limits itself, so that it also ends when nobody is there any more to end it.
"""

import os
import resource
import sys

MAX_MEMORY_BYTES = 1 << 30  # addresses, of which it uses a part
MAX_CPU_SECONDS = 5


def main() -> None:
    """Read, convert, write. What is wrong is on stderr, and in the exit status."""
    font, scale = sys.argv[1], float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    os.nice(10)  # points and pages come first

    import resvg_py

    svg = sys.stdin.buffer.read().decode()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
        # It warns of letters that no font has on stdout, where only the picture is to be.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        output.write(bytes(resvg_py.svg_to_bytes(svg, zoom=scale, font_files=[font], log_information=True)))


if __name__ == "__main__":
    main()
