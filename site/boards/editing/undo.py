"""Undo: take back one's own last change of a board, or a given one.

It merges as the form of a panel does. What somebody else has changed since stays as it is; if that is the same field,
nothing is undone, and the message names both values.
"""

from django.utils.translation import gettext as _

from boards.editing.history import recording, restore, snapshot
from boards.editing.merge import Conflict, changed_fields, merge
from boards.editing.outcome import Outcome, Refused
from boards.editing.words import gone, label_of, who, words_of
from boards.models import Board, Revision
from boards.permissions import may_edit
from live.page.access import User

LAST = 0  # instead of the key of a revision


def undo(user: User, board: Board, pk: int = LAST) -> Outcome:
    """Undo a change that the user has made to a panel of this board: revision ``pk``, or the last one. ``Refused``
    where somebody else has changed the same since."""
    with recording(user, board.pk) as revisions:
        mine = Revision.objects.filter(board=board, by=user.pk, can_be_undone=True)
        revision = (mine.filter(pk=pk) if pk else mine).last()
        if revision is None:
            raise Refused(_("There is nothing of yours to undo on this board."))
        if not _is_of(board, revision, user):
            raise Refused(_("The panel is on this board no more."))
        words = _restored(board, revision)
        # Also where it is as it was already, so that the next Undo goes on with the change before.
        Revision.objects.filter(pk=revision.pk).update(can_be_undone=False)
    Revision.objects.filter(pk__in=[made.pk for made in revisions]).update(can_be_undone=False)
    return Outcome(words, revision.panel_pk if revision.before else None)


def _is_of(board: Board, revision: Revision, user: User) -> bool:
    """Whether what was is on this board, and the panel, if it is there. A panel may have gone to another board since,
    or have come from one: it goes back there for whoever may edit that."""
    current, before = snapshot(revision.panel_pk), revision.before
    if current is not None and current["board_id"] != board.pk:
        return False
    other = before["board_id"] if before else board.pk
    return other == board.pk or (Board.objects.filter(pk=other).exists() and may_edit(user, other))


def _restored(board: Board, revision: Revision) -> str:
    """Restore what was before a revision, and say so."""
    pk, before, after, current = revision.panel_pk, revision.before, revision.after, snapshot(revision.panel_pk)
    title = str((current or before or after or {}).get("title", ""))
    if after is None:
        if current is not None:
            return _("“%s” is there already.") % title
        left_out = restore(pk, before)
        if left_out:
            return _("“%(title)s” is back, without %(count)d of its series: they are gone.") % {
                "title": title,
                "count": left_out,
            }
        return _("“%s” is back.") % title
    if current is None:
        if before is None:
            return _("“%s” is gone already.") % title
        raise Refused(gone(board, pk))
    if before is None:
        # A column that the program has got since is no change of anybody.
        known = {name: value for name, value in current.items() if name in after}
        if changed := changed_fields(after, known):
            raise Refused(_in_words(revision, [Conflict(name, None, None) for name in changed[:1]], current["kind"]))
        restore(pk, None)
        return _("“%s” is gone again.") % title
    merged, conflicts = merge(after, before, current)
    if conflicts:
        raise Refused(_in_words(revision, conflicts, current["kind"]))
    restore(pk, merged)
    names = ", ".join(label_of(name, merged["kind"]) for name in changed_fields(before, after))
    return _("“%(title)s” is as before: %(fields)s.") % {"title": merged["title"], "fields": names}


def _in_words(revision: Revision, conflicts: list[Conflict], kind: str) -> str:
    """Who has changed what since, and both values of each."""
    since = Revision.objects.filter(panel_pk=revision.panel_pk, pk__gt=revision.pk).select_related("by").order_by("-pk")
    fields = {conflict.field for conflict in conflicts}
    last = next((one for one in since if fields & set(changed_fields(one.before or {}, one.after or {}))), None)
    parts = []
    for name, mine, theirs in conflicts:
        label = label_of(name, kind)
        if mine is None and theirs is None:
            parts.append(label)
        else:
            words = _("%(field)s: now %(theirs)s, before %(mine)s")
            parts.append(
                words
                % {
                    "field": label,
                    "theirs": words_of(name, theirs, kind),
                    "mine": words_of(name, mine, kind),
                }
            )
    return _("Not undone: %(who)s has changed it since. %(changes)s.") % {"who": who(last), "changes": "; ".join(parts)}
