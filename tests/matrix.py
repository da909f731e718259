"""``make test-matrix``: the tests of ``live``, and a new project with it, on every Python and Django that it is for.

The first row installs the lowest versions that ``pyproject.toml`` allows, the others those of ``requirements.txt``.
Each row has a virtual environment in ``.venv-matrix/``, made anew when what it installs changes.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENVS = ROOT / ".venv-matrix"
TESTS = ["tests/unit/live"]
TOOLS = [
    "brotli",
    "fonttools",
    "hypothesis",
    "jinja2",
    "mypy",
    "pytest",
    "pytest-asyncio",
    "pytest-django",
    "websockets",
]
PINNED = re.compile(r"^([\w-]+)(?:\[[\w,]+\])?==\S+", re.M)


@dataclass(frozen=True)
class Row:
    """A Python with a Django; ``lowest`` with the lowest versions of everything else."""

    python: str
    django: str
    lowest: bool = False

    def __str__(self) -> str:
        return f"python{self.python}-django{self.django}"

    @property
    def interpreter(self) -> str | None:
        """Where this Python is: the one that runs, one on the path, or one of pyenv's."""
        if self.python == f"{sys.version_info.major}.{sys.version_info.minor}":
            return sys.executable
        pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
        candidates = [*pyenv.glob(f"{self.python}.*/bin/python"), shutil.which(f"python{self.python}")]
        return next((str(found) for found in candidates if found), None)

    def requirements(self) -> str:
        """What its tests need, one a line."""
        wanted = pins("requirements.txt")
        wanted |= {name: line for name, line in pins("requirements-dev.txt").items() if name in TOOLS}
        if self.lowest:
            wanted |= lowest_versions()
        else:
            # Their Django has partials of its own, and must do without another's.
            del wanted["django-template-partials"]
        wanted["django"] = f"Django=={self.django}" if self.lowest else f"Django~={self.django}.0"
        return "\n".join(sorted(wanted.values())) + "\n"

    def environment(self) -> Path:
        """The virtual environment of this row, with everything in it."""
        venv, text = VENVS / str(self), self.requirements()
        installed = venv / "requirements.txt"
        if not installed.exists() or installed.read_text() != text:
            run(self.interpreter, "-m", "venv", "--clear", venv)
            (venv / "wanted.txt").write_text(text)
            run(venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", venv / "wanted.txt")
            (venv / "wanted.txt").rename(installed)
        run("tests/django_messages.sh", venv)
        return venv


ROWS = [Row("3.11", "5.2", lowest=True), Row("3.12", "6.0"), Row("3.13", "6.1")]


def pins(file: str) -> dict[str, str]:
    """The lines of a file of requirements, by the name of what they pin."""
    return {match[1].lower().replace("_", "-"): match[0] for match in PINNED.finditer((ROOT / file).read_text())}


def lowest_versions() -> dict[str, str]:
    """The lower bounds of ``live`` and of its extras as pins, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bounds = sum(project["optional-dependencies"].values(), project["dependencies"])
    return {line.partition(">=")[0].lower().replace("_", "-"): line.replace(">=", "==") for line in bounds}


def rows() -> list[Row]:
    """The rows whose Python is here. In CI (``CI`` is set) all of them must be."""
    missing = [row for row in ROWS if row.interpreter is None]
    if missing:
        sentence = f"NOT TESTED, because there is no such Python here: {', '.join(map(str, missing))}"
        if os.environ.get("CI"):
            sys.exit(sentence)
        print(sentence, file=sys.stderr)
    return [row for row in ROWS if row not in missing]


def run(*command: object) -> None:
    """Run it; ``RuntimeError`` with everything that it said, if it fails."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, text=True, stdout=-1, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}")


def unit_tests(row: Row) -> None:
    python = row.environment() / "bin/python"
    run("env", "HYPOTHESIS_PROFILE=few", python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS)


def new_project(row: Row) -> None:
    run(sys.executable, "-m", "pytest", "-q", "-m", "matrix", "-k", row, "tests/browser/test_new_project.py")


def main() -> None:
    def timed(job: tuple[object, Row]) -> bool:
        part, row = job
        begun = time.monotonic()
        try:
            part(row)  # type: ignore[operator]
        except RuntimeError as error:
            print(f"{row}: FAILED {error}", file=sys.stderr)
            return False
        print(f"{row}: {part.__name__.replace('_', ' ')} passed in {time.monotonic() - begun:.0f} s", flush=True)  # type: ignore[attr-defined]
        return True

    jobs = [(part, row) for part in (unit_tests, new_project) for row in rows()]
    with ThreadPoolExecutor(4) as pool:
        sys.exit(0 if all([*pool.map(timed, jobs)]) else 1)


if __name__ == "__main__":
    main()
