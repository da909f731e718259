"""What was open is closed, or narrowed, within 5 s of a change of who may: on a real server, by another process."""

import subprocess
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.pages import OpenPage
from tests.servers import Session, Site
from tests.waiting import PROMISED

LAB = "/boards/lab/"
SIGN_IN, FORBIDDEN = 4401, 4403
IMPORTS = "from boards.models import *; from django.contrib.auth.models import *;"
PEOPLE = f"""{IMPORTS}
group = Group.objects.create(name="Shop floor")
for name in ("ada", "eve"):
    User.objects.create_user(name, password=name)
User.objects.get(username="ada").user_permissions.add(Permission.objects.get(codename="change_board"))
board = Board.objects.create(title="Lab", slug="lab", position=9)
Panel.objects.create(board=board, title="Bench")
board.view_groups.set([group]); board.edit_groups.set([group]); print(board.pk)
"""
BOARD = "Board.objects.filter(slug='lab')"
ADA, GROUP = "User.objects.get(username='ada')", "Group.objects.get()"
# What is true first, the change, and the code with which ada's page is closed then.
CLOSED = {
    "for groups now": ("", f"{BOARD}.update(view_by='groups')", FORBIDDEN),
    "private now": ("", f"{BOARD}.update(view_by='owner')", FORBIDDEN),
    "another group": (
        f"{BOARD}.update(view_by='groups'); {GROUP}.user_set.add({ADA})",
        f"{BOARD}.get().view_groups.clear()",
        FORBIDDEN,
    ),
    "taken out of the group": (
        f"{BOARD}.update(view_by='groups'); {BOARD}.get().view_groups.set([{GROUP}]); {GROUP}.user_set.add({ADA})",
        f"{GROUP}.user_set.clear()",
        FORBIDDEN,
    ),
    "another owner": (
        f"{BOARD}.update(view_by='owner', owner={ADA})",
        f"{BOARD}.update(owner=User.objects.get(username='eve'))",
        FORBIDDEN,
    ),
    "no longer staff": (
        f"{BOARD}.update(view_by='owner'); User.objects.filter(username='ada').update(is_staff=True)",
        "User.objects.filter(username='ada').update(is_staff=False)",
        FORBIDDEN,
    ),
    "deactivated": (
        f"{BOARD}.update(view_by='signed_in')",
        "User.objects.filter(username='ada').update(is_active=False)",
        SIGN_IN,
    ),
}
# The same for what ada may edit. Her page of the board stays open, and her edit page is closed.
NARROWED = {
    "for its owner now": (f"{BOARD}.update(owner=None)", f"{BOARD}.update(edit_by='owner')"),
    "taken out of the group": (
        f"{BOARD}.update(edit_by='groups'); {GROUP}.user_set.add({ADA})",
        f"{GROUP}.user_set.clear()",
    ),
    "no longer the owner": (f"{BOARD}.update(edit_by='owner', owner={ADA})", f"{BOARD}.update(owner=None)"),
    "another role": (f"{BOARD}.update(edit_by='editors')", f"{ADA}.user_permissions.clear()"),
}


Change = Callable[[str], None]


@pytest.fixture
def change(site: Site) -> Iterator[Change]:
    """Run code in one other process of the installation, and wait until it has."""
    serve = "import sys\nfor line in sys.stdin: exec(line); print('done', flush=True)"
    command = [site.python, "manage.py", "shell", "--no-imports", "-c", serve]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=site.root, env=site.env, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def run(code: str) -> None:
            stdin.write(f"{IMPORTS} {code}\n")
            stdin.flush()
            assert stdout.readline() == "done\n", code

        yield run
        stdin.close()


@pytest.fixture
def ada(site: Site) -> Session:
    site.shell(PEOPLE)
    return site.browse().sign_in("ada", "ada")


def number_of(page: OpenPage, name: str) -> str:
    """The id of the one fragment of that name."""
    [id] = [id for id in page.shown if id.startswith(f"boards-{name}-")]
    return id


def test_what_may_not_be_seen_any_more_is_closed(site: Site, change: Change, ada: Session) -> None:
    for name, (first, then, code) in CLOSED.items():
        change(first)
        page = OpenPage(site, LAB, ada).live()
        change(then)
        assert page.closed(PROMISED) == code, name
        assert LAB not in page.frames[-1], name
        if code == FORBIDDEN:
            assert ada.get(LAB).status == 404, name
        change(f"{BOARD}.update(view_by='signed_in')")
    assert "There is no board here" in site.http("GET", LAB).text


def test_what_may_not_be_edited_any_more_is_narrowed(site: Site, change: Change, ada: Session) -> None:
    for name, (first, then) in NARROWED.items():
        change(first)
        page, edit = OpenPage(site, LAB, ada).live(), OpenPage(site, f"{LAB}edit", ada).live()
        link = number_of(page, "edit_link")
        assert f"{LAB}edit" in page.fragments[link], name
        change(then)
        is_narrowed = partial(lambda page, link: f"{LAB}edit" not in page.fragments[link], page, link)
        page.wait(is_narrowed, f"no link to edit it ({name})", PROMISED)
        assert edit.closed(PROMISED) == FORBIDDEN, name
        assert ada.get(f"{LAB}edit").status == 403, name


def test_the_list_of_boards_is_that_of_whoever_looks(site: Site, change: Change, ada: Session) -> None:
    change(f"{BOARD}.update(view_by='groups')")
    page = OpenPage(site, "/", ada).live()
    assert "boards/lab" not in page.html
    change(f"{GROUP}.user_set.add({ADA})")
    page.until("/boards/lab/", PROMISED)
    page.sync()
    change(f"{GROUP}.user_set.clear()")
    page.wait(lambda: newest(page, "boards-boards") and LAB not in newest(page, "boards-boards"), "a list without it")


def newest(page: OpenPage, id: str) -> str:
    """The last frame since the page was in step that has this fragment."""
    return next((frame for frame in reversed(page.frames[page.in_step :]) if f'id="{id}"' in frame), "")
