"""Groups, for admins: those that boards, banners and notices are for."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import people, roles
from accounts.forms import GroupForm
from accounts.views.decorators import for_admins


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def groups(request: HttpRequest) -> HttpResponse:
    """All groups, and a form for another one."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        people.record(_admin(request), made, people.ADDED, "Made the group.")
        messages.success(request, _("The group %s is made.") % made.name)
        return redirect("groups")
    context = {"groups": roles.groups().annotate(members=Count("user")), "form": form}
    return render(request, "accounts/groups.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a group, or delete it: ``do`` is "delete" then."""
    one = get_object_or_404(roles.groups(), pk=pk)
    name = one.name
    if request.method == "POST" and request.POST.get("do") == "delete":
        people.record(_admin(request), one, people.DELETED, "Deleted the group.")
        one.delete()
        messages.success(request, _("The group %s is deleted.") % name)
        return redirect("groups")
    form = GroupForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        form.save()
        people.record(_admin(request), one, people.CHANGED, f"Renamed the group, which was {name}.")
        messages.success(request, _("The group is called %s.") % one.name)
        return redirect("groups")
    context = {"name": name, "form": form, "members": User.objects.filter(groups=one).order_by("username")}
    return render(request, "accounts/group.html", context, status=422 if form.errors else 200)


def _admin(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
