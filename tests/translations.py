"""``make lint``: every string of ``live/`` is translated into every language that it has.

``make translations`` brings the catalogues up to date, and leaves empty what a translator is to write.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.servers import ROOT

LIVE = ROOT / "live"
LANGUAGES = sorted(path.name for path in (LIVE / "locale").iterdir())


def make(live: Path) -> None:
    """Make the catalogues of this copy of ``live/`` as its strings are now."""
    languages = [word for language in LANGUAGES for word in ("-l", language)]
    django(live, "makemessages", "--no-wrap", "--no-location", *languages)


def compile(live: Path) -> None:
    django(live, "compilemessages")


def django(live: Path, *command: str) -> None:
    subprocess.run([sys.executable, "-P", "-m", "django", *command, "-v0"], cwd=live, check=True, stdout=-3)


def read(live: Path, language: str) -> Catalog:
    with (live / "locale" / language / "LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


def compiled(live: Path, language: str) -> bytes:
    return (live / "locale" / language / "LC_MESSAGES/django.mo").read_bytes()


def is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings) and not message.fuzzy


def problems() -> list[str]:
    """What is missing, too much, or not compiled."""
    with tempfile.TemporaryDirectory() as folder:
        live = Path(shutil.copytree(LIVE, Path(folder) / "live"))
        compile(live)
        found = [
            f"{language}: not compiled"
            for language in LANGUAGES
            if compiled(live, language) != compiled(LIVE, language)
        ]
        make(live)
        for language in LANGUAGES:
            wanted = {str(message.id) for message in read(live, language) if message.id}
            there = {str(message.id): message for message in read(LIVE, language) if message.id}
            found += [f"{language}: not in the catalogue: {id}" for id in sorted(wanted - there.keys())]
            found += [f"{language}: not used any more: {id}" for id in sorted(there.keys() - wanted)]
            found += [f"{language}: not translated: {id}" for id, one in there.items() if not is_translated(one)]
        return found


if __name__ == "__main__":
    if "--update" in sys.argv:
        make(LIVE)
        compile(LIVE)
    elif found := problems():
        sys.exit("\n".join([*found, "make translations brings the catalogues up to date"]))
