"""People, for admins: the list, one person, and invitations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links, roles
from accounts import people as actions
from accounts.forms import InvitationForm, PersonForm
from accounts.models import Invitation
from accounts.views.decorators import for_admins

PER_PAGE = 100


@require_safe
@for_admins
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and who is invited."""
    page = Paginator(actions.everybody(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": actions.rows(page), "invitations": Invitation.objects.valid()}
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person. ``do`` is what a button does; the form of role and groups has none."""
    user = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return _person_page(request, user)
    do = request.POST.get("do", "save")
    if do not in _ACTIONS:
        raise BadRequest(_("There is no such action."))
    return _ACTIONS[do](request, user)


def _person_page(request: HttpRequest, user: User, form: PersonForm | None = None, **context: Any) -> HttpResponse:
    context |= {"person": actions.rows(actions.everybody().filter(pk=user.pk))[0], "form": form or PersonForm(user)}
    return render(request, "accounts/person.html", context, status=422 if form and form.errors else 200)


def _save(request: HttpRequest, user: User) -> HttpResponse:
    form = PersonForm(user, request.POST)
    if form.is_valid():
        try:
            form.save()
        except ValidationError as error:
            form.add_error("role", error)
    if form.errors:
        return _person_page(request, user, form)
    role = roles.role_of(user)
    groups = ", ".join(group.name for group in form.cleaned_data["groups"])
    return _done(request, user, f"Role {role}; groups: {groups or 'none'}.", _("%s is saved.") % user.get_username())


def _deactivate(request: HttpRequest, user: User) -> HttpResponse:
    try:
        actions.deactivate(user)
    except ValidationError as error:
        user.refresh_from_db()
        return _person_page(request, user, refused=error.messages)
    return _done(request, user, "Deactivated.", _("%s is deactivated and signed out.") % user.get_username())


def _activate(request: HttpRequest, user: User) -> HttpResponse:
    actions.activate(user)
    return _done(request, user, "Activated.", _("%s may sign in again.") % user.get_username())


def _reset(request: HttpRequest, user: User) -> HttpResponse:
    """The link is on the page that comes back, and nowhere else."""
    if not user.is_active:
        raise BadRequest(_("Who is deactivated gets no link."))
    link = links.new_reset_link(request, user)
    actions.record(_admin(request), user, actions.CHANGED, "Made a link to a new password.")
    return _person_page(request, user, link=link)


def _revoke(request: HttpRequest, user: User) -> HttpResponse:
    links.revoke_reset_links(user)
    words = _("No link to a new password of %s is valid now.") % user.get_username()
    return _done(request, user, "Revoked links to a new password.", words)


_ACTIONS = {"save": _save, "deactivate": _deactivate, "activate": _activate, "reset": _reset, "revoke": _revoke}


def _done(request: HttpRequest, user: User, logged: str, words: str) -> HttpResponse:
    actions.record(_admin(request), user, actions.CHANGED, logged)
    messages.success(request, words)
    # Whoever is no admin any more, by their own hand, may not see the list.
    own = user.pk == request.user.pk
    return redirect("people") if not own or roles.is_admin(user) else redirect("boards:index")


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation; its page has the link."""
    form = InvitationForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)
    form.instance.created_by = _admin(request)
    invitation = form.save()
    actions.record(_admin(request), invitation, actions.ADDED, f"Invited as {invitation.role}.")
    return redirect("invitation", invitation.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def invitation(request: HttpRequest, pk: Any) -> HttpResponse:
    """The link of an invitation; a POST revokes it."""
    one = get_object_or_404(Invitation.objects.valid(), pk=pk)
    if request.method != "POST":
        link = links.invitation_link(request, one)
        return render(request, "accounts/invitation.html", {"invitation": one, "link": link})
    actions.record(_admin(request), one, actions.DELETED, "Revoked the invitation.")
    one.delete()
    messages.success(request, _("The invitation for %s is revoked.") % one.whom)
    return redirect("people")


def _admin(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
