"""What the finder offers for what somebody has typed: boards, panels, series and pages that they may see.

A series leads to a panel that shows it, and is called as it is there; one that nobody shows leads those who may see
all series to the admin.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import User as Account
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import is_admin
from boards.data.panels_of_series import panels_by_series
from boards.models import Board, Panel, PanelSeries
from boards.permissions import may_add_boards, may_see_board, may_see_panel
from series.models import Series

User = Account | AnonymousUser

MAX_CHARACTERS = 100
# Of a group.
MAX_HITS = 8
# Series of which it is asked whether somebody may see them.
MAX_CANDIDATES = 200


class Hit(NamedTuple):
    """Something that was searched for: what it is called, more about it, and its address."""

    words: str
    detail: str
    address: str


class Group(NamedTuple):
    """Hits of one sort, the best first."""

    name: str
    hits: list[Hit]


def search(user: User, text: str) -> list[Group]:
    """What this visitor may see and has all words of ``text``; groups that are empty are left out. Of no words: where
    one can go at all, without panels and series.
    """
    words = "".join(char if char.isprintable() else " " for char in text[:MAX_CHARACTERS]).casefold().split()
    matches = _matcher(words)
    groups = [Group(_("Boards"), _boards(user, matches))]
    if words:
        panels = _panels(user)
        hits = [hit for hit in panels.values() if matches(hit.words, hit.detail)]
        groups += [Group(_("Panels"), hits), Group(_("Series"), _series(user, words, panels))]
    groups.append(Group(_("Pages"), [hit for hit in _pages(user) if matches(hit.words)]))
    return [Group(name, _best(hits, words)) for name, hits in groups if hits]


def _matcher(words: list[str]) -> Callable[..., bool]:
    def matches(*texts: str) -> bool:
        searched = "\n".join(texts).casefold()
        return all(word in searched for word in words)

    return matches


def _best(hits: Iterable[Hit], words: list[str]) -> list[Hit]:
    """The first of them; before all others those that begin with the first word."""
    ordered = sorted(hits, key=lambda hit: not hit.words.casefold().startswith(words[0])) if words else list(hits)
    return ordered[:MAX_HITS]


def _boards(user: User, matches: Callable[..., bool]) -> list[Hit]:
    boards = [board for board in Board.objects.all() if matches(board.title, board.slug, board.note)]
    return [Hit(one.title, one.note, one.get_absolute_url()) for one in boards if may_see_board(user, one.pk)]


def _panels(user: User) -> dict[int, Hit]:
    """All panels that a visitor may see, by their keys."""
    rows = Panel.objects.order_by("board__position", "board__title", "board", "position", "pk")
    return {
        pk: Hit(title, board, reverse("boards:panel", args=[pk]))
        for pk, title, board in rows.values_list("pk", "title", "board__title")
        if may_see_panel(user, pk)
    }


def _series(user: User, words: list[str], panels: dict[int, Hit]) -> list[Hit]:
    """Series by what they are called, and by what their panels call them. Where a panel shows a label instead, only
    those who see all series learn more of it."""
    sees_all = user.is_staff and user.has_perm("series.view_series")
    some, labelled = Series.objects.order_by("identity"), PanelSeries.objects.exclude(label="").order_by("label", "pk")
    for word in words:
        some, labelled = some.filter(identity__icontains=word), labelled.filter(label__icontains=word)
    identities = dict(some.values_list("pk", "identity")[:MAX_CANDIDATES])
    shown = panels_by_series(identities)
    names = {} if sees_all else _unnamed(shown)
    hits = []
    for pk, identity in identities.items():
        seen_on = [hit for panel, hit in panels.items() if panel in shown[pk] - names.get(pk, set())]
        if seen_on:
            hits.append(_shown(identity, seen_on))
        elif sees_all and not any(panel in panels for panel in shown[pk]):
            hits.append(Hit(identity, _("on no board"), reverse("admin:series_series_change", args=[pk])))
    if sees_all:
        labelled = labelled.exclude(series__in=identities)
    by_label: dict[str, list[Hit]] = {}
    for label, panel in labelled.values_list("label", "panel")[:MAX_CANDIDATES]:
        if panel in panels and panels[panel] not in by_label.setdefault(label, []):
            by_label[label].append(panels[panel])
    return hits + [_shown(label, seen_on) for label, seen_on in by_label.items() if seen_on]


def _unnamed(shown: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """Of the panels that show some series those on which a label stands instead of the name."""
    rows = PanelSeries.objects.filter(series__in=shown).order_by().values_list("series", "panel", "label")
    labels = {(series, panel): label for series, panel, label in rows}
    queries = PanelSeries.objects.filter(series=None).exclude(label="").order_by().values_list("panel", flat=True)
    with_label = set(queries.distinct())
    return {
        pk: {panel for panel in panels if labels.get((pk, panel), panel in with_label)} for pk, panels in shown.items()
    }


def _shown(words: str, seen_on: list[Hit]) -> Hit:
    detail, more = f"{seen_on[0].words} · {seen_on[0].detail}", len(seen_on) - 1
    if more:
        detail += " " + ngettext("and %(count)d more panel", "and %(count)d more panels", more) % {"count": more}
    return Hit(words, detail, seen_on[0].address)


def _pages(user: User) -> list[Hit]:
    pages = [(_("All boards"), "boards:index"), (_("Activity"), "boards:activity"), (_("Charts"), "gallery:page")]
    if not user.is_authenticated:
        pages.append((_("Sign in"), "login"))
    if may_add_boards(user):
        pages.append((_("New board"), "boards:new"))
    if is_admin(user):
        pages.append((_("People"), "people"))
    if user.is_staff:
        pages.append((_("Admin"), "admin:index"))
        admin = {
            "series.view_series": (_("All series"), "admin:series_series_changelist"),
            "tokens.view_token": (_("Tokens"), "admin:tokens_token_changelist"),
        }
        pages += [page for permission, page in admin.items() if user.has_perm(permission)]
    return [Hit(words, "", reverse(name)) for words, name in pages]
