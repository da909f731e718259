"""``manage.py boards export`` and ``import``: boards as YAML, out and in."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from boards.documents import yaml_text
from boards.documents.export import document_of, file_of
from boards.documents.imports import Difference, NotOverwritten, Rejected, differences_of, import_text, was_edited
from boards.models import Board

STANDARD_INPUT = Path("-")


class Command(BaseCommand):
    help = "Write boards as YAML, or make them what a file says. See docs/boards-as-code.md."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="Write boards as YAML; all of them, if none is named.")
        export.add_argument("addresses", nargs="*", metavar="ADDRESS", help="The last part of /boards/…/")
        export.add_argument("-o", "--output", type=Path, metavar="FILE", help="If not to the standard output.")
        load = actions.add_parser("import", help="Make boards, or change them, so that they are what a file says.")
        load.add_argument("file", type=Path, help="- is the standard input.")
        load.add_argument("--dry-run", action="store_true", help="Only print what would change.")
        load.add_argument("--overwrite", action="store_true", help="Also boards that were edited in the browser.")

    def handle(self, *, action: str, **options: Any) -> None:
        """Raises ``CommandError`` for boards that are not there, and for files that cannot be imported."""
        if action == "export":
            self._export(options["addresses"], options["output"])
        else:
            self._import(options["file"], dry_run=options["dry_run"], overwrite=options["overwrite"])

    def _export(self, addresses: list[str], output: Path | None) -> None:
        boards = list(Board.objects.filter(slug__in=addresses) if addresses else Board.objects.all())
        if missing := set(addresses) - {board.slug for board in boards}:
            raise CommandError(f"There is no board at {', '.join(sorted(missing))}.")
        for board in filter(was_edited, boards):
            self.stderr.write(f"{board.slug} was edited since it was imported.")
        text = yaml_text.write(file_of(document_of(board) for board in boards))
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(str(error)) from error

    def _import(self, file: Path, *, dry_run: bool, overwrite: bool) -> None:
        try:
            data = sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
            text = data.decode()
            nobody = AnonymousUser()
            differences = differences_of(text) if dry_run else import_text(text, nobody, overwrite=overwrite)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
        except Rejected as error:
            raise CommandError(
                "\n".join(["Nothing is imported:", *(f"{file}: {one}" for one in error.located)])
            ) from error
        except NotOverwritten as error:
            self._print(error.differences, with_diff=True)
            raise CommandError(f"Nothing is imported: {error} With --overwrite the file counts.") from error
        self._print(differences, with_diff=dry_run)

    def _print(self, differences: Sequence[Difference], *, with_diff: bool) -> None:
        for difference in differences:
            self.stdout.write(difference.outcome)
            if with_diff:
                for line in [difference.overwrites, *difference.diff]:
                    if line:
                        self.stdout.write(line)
