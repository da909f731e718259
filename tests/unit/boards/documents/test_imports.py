"""A file is imported whole, twice is once, and nobody's work in the browser is lost without a word."""

import io
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError, call_command
from django.db import connections

from boards.documents import yaml_text
from boards.documents.export import document_of
from boards.documents.imports import NotOverwritten, Rejected, differences_of, import_text, was_edited
from boards.documents.problems import Problem
from boards.models import Board, Panel, Revision
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FILE = """\
version: 1
address: web
title: Web
panels:
  - title: CPU
    kind: line
    lines:
      - series: cpu{host=web-1}
        label: One
"""
CHANGED = FILE.replace("title: CPU", "key: cpu\n    title: Processor")


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("boards", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    """Writes a file of this text."""

    def write(text: str) -> str:
        path = tmp_path / "boards.yaml"
        path.write_text(text)
        return str(path)

    return write


def edit() -> None:
    """What somebody does in a browser."""
    panel = Panel.objects.get()
    panel.width = 3
    panel.save()


def test_a_board_is_made_and_importing_it_again_changes_nothing(file: Callable[[str], str]) -> None:
    assert run("import", file(FILE)) == "web is new.\n"
    panel, revisions = Panel.objects.get(), Revision.objects.count()
    assert run("import", file(FILE)) == "web stays as it is.\n"
    assert (Panel.objects.get(), Revision.objects.count()) == (panel, revisions)
    assert not was_edited(Board.objects.get())


def test_a_dry_run_prints_the_difference_and_changes_nothing(file: Callable[[str], str]) -> None:
    assert run("import", "--dry-run", file(FILE)).startswith("web is new.\n--- web as it is\n+++ web in the file\n")
    assert not Board.objects.exists() and not Series.objects.exists()
    run("import", file(FILE))
    assert run("import", "--dry-run", file(CHANGED)).splitlines() == [
        "web changes.",
        "--- web as it is",
        "+++ web in the file",
        "@@ -3,7 +3,7 @@",
        " title: Web",
        " panels:",
        "   - key: cpu",
        "-    title: CPU",
        "+    title: Processor",
        "     kind: line",
        "     lines:",
        "       - series: cpu{host=web-1}",
    ]
    assert Panel.objects.get().title == "CPU"


def test_what_was_edited_since_is_shown_and_not_overwritten(file: Callable[[str], str]) -> None:
    run("import", file(FILE))
    pk = Panel.objects.get().pk
    edit()
    assert was_edited(Board.objects.get())
    assert "web was edited since it was imported.\n" in run("export", "web")
    out = io.StringIO()
    with pytest.raises(CommandError, match="web was edited since it was imported. With --overwrite the file counts"):
        call_command("boards", "import", file(CHANGED), stdout=out)
    assert "-    width: 3\n" in out.getvalue()
    assert Panel.objects.get().width == 3
    assert run("import", "--overwrite", file(CHANGED)) == "web changes.\n"
    assert (Panel.objects.get().pk, Panel.objects.get().width) == (pk, 6)
    assert run("import", file(FILE)) == "web changes.\n", "from now on it is as in a file"


def test_a_file_with_what_was_edited_is_taken_without_a_word(file: Callable[[str], str]) -> None:
    run("import", file(FILE))
    edit()
    text = yaml_text.write(document_of(Board.objects.get()))
    assert run("import", file(text)) == "web stays as it is.\n"
    assert not was_edited(Board.objects.get())


def test_a_board_that_was_made_in_a_browser_is_not_overwritten(board: Board) -> None:
    text = f"version: 1\naddress: {board.slug}\ntitle: Other\n"
    with pytest.raises(NotOverwritten, match="mine was not made by an import"):
        import_text(text, AnonymousUser())
    import_text(text, AnonymousUser(), overwrite=True)
    assert Board.objects.get().title == "Other"


def test_one_board_that_would_be_lost_stops_the_whole_file(board: Board) -> None:
    text = "version: 1\nboards:\n  - {address: new, title: New}\n  - {address: mine, title: Other}\n"
    with pytest.raises(NotOverwritten):
        import_text(text, AnonymousUser())
    assert [one.title for one in Board.objects.all()] == ["Mine"]


def test_the_history_says_who_has_imported(django_user_model: type[User]) -> None:
    ada = django_user_model.objects.create_user("ada")
    import_text(FILE, ada)
    assert Revision.objects.get().by == ada


def test_what_somebody_may_not_import_has_its_line() -> None:
    with pytest.raises(Rejected) as caught:
        differences_of(FILE, lambda differences: [Problem((*differences[0].path, "address"), "Not yours.")])
    assert str(caught.value) == "address: Not yours (line 2, column 10)"


def test_a_board_that_somebody_makes_meanwhile_is_not_overwritten(django_user_model: type[User]) -> None:
    bob = django_user_model.objects.create_user("bob")

    def make_it(differences: object) -> list[Problem]:
        Board.objects.create(title="Bob's", slug="web", owner=bob, edit_by="owner")
        return []

    with pytest.raises(Rejected, match=r"made a board of this address at the same moment.*line 2, column 10"):
        import_text(FILE, AnonymousUser(), overwrite=True, permit=make_it)
    assert not Panel.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_import_a_new_board_at_the_same_moment_make_one() -> None:
    both = Barrier(2)

    def import_it(title: str) -> str:
        def wait(differences: object) -> list[Problem]:
            # Where only one may write at a time the second begins when the first has ended.
            with suppress(BrokenBarrierError):
                both.wait(timeout=1)
            return []

        try:
            import_text(FILE.replace("Web", title), AnonymousUser(), permit=wait)
        except (Rejected, NotOverwritten):
            return ""
        finally:
            connections.close_all()
        return title

    with ThreadPoolExecutor(2) as pool:
        done = list(filter(None, pool.map(import_it, ("One", "Two"))))
    assert Board.objects.get().title in done and Panel.objects.count() == 1


def test_of_a_great_many_mistakes_the_first_are_printed() -> None:
    with pytest.raises(Rejected) as rejected:
        differences_of("".join(f"x{number}: !!int x\n" for number in range(20_000)))
    assert len(rejected.value.located) == 200


def test_mistakes_are_all_printed_with_the_name_of_the_file(file: Callable[[str], str]) -> None:
    path = file(FILE.replace("kind: line", "kind: lime").replace("title: Web", "titel: Web"))
    with pytest.raises(CommandError) as caught:
        run("import", path)
    assert str(caught.value).splitlines() == [
        "Nothing is imported:",
        f"{path}: “title” is missing (line 1, column 1)",
        f"{path}: titel: There is no “titel” here; did you mean “title”? (line 3, column 1)",
        f"{path}: panels[0].kind: “lime” is not a kind; did you mean “line”? (line 6, column 11)",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [(None, "No such file"), (b"\xff", "invalid start byte"), (b"a: [", "This is not YAML"), (b"", "begins with")],
)
def test_files_that_cannot_be_read(tmp_path: Path, data: bytes | None, words: str) -> None:
    path = tmp_path / "boards.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CommandError, match=words):
        run("import", str(path))


def test_from_one_installation_to_another(tmp_path: Path, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    Board.objects.create(title="Other", slug="other")
    path = tmp_path / "all.yaml"
    assert run("export", "-o", str(path)) == ""
    assert run("export", "mine") == yaml_text.write(document_of(board))
    Board.objects.all().delete()
    given: Any = io.TextIOWrapper(io.BytesIO(path.read_bytes()))
    monkeypatch.setattr(sys, "stdin", given)
    assert run("import", "-") == "mine is new.\nother is new.\n"
    assert run("export") == path.read_text()


def test_an_export_of_what_is_not_there_or_to_where_nothing_can_be(board: Board, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no board at nowhere"):
        run("export", "mine", "nowhere")
    with pytest.raises(CommandError, match="No such file"):
        run("export", "-o", str(tmp_path / "none" / "boards.yaml"))
