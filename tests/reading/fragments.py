"""Parts of a page, each as tall as a number in the database says: the name of a group is "part lines"."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from live import fragment

PARTS = 12


@fragment("reading/page.html#part")
def part(pk: int) -> dict[str, Any]:
    return {"pk": pk, "lines": lines_of(pk), "version": Group.objects.get(pk=pk).name}


@fragment("reading/page.html#log")
def log(pk: int) -> dict[str, Any]:
    """The newest line first."""
    return {"lines": list(reversed(lines_of(pk)))}


def lines_of(pk: int) -> range:
    return range(1, int(Group.objects.get(pk=pk).name.split()[1]) + 1)


def write(lines: dict[int, int], version: int = 0) -> None:
    """So many lines has each of these parts now, in one transaction."""
    with transaction.atomic():
        for pk, count in lines.items():
            Group.objects.update_or_create(pk=pk, defaults={"name": f"{pk} {count} {version}"})
            part.changed(pk=pk)
            log.changed(pk=pk)
