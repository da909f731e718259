"""A small site with forms, for the tests of forms: its views, addresses and template."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.generic import CreateView, FormView, UpdateView

from live import fragment
from live.forms import LiveFormMixin, form_invalid_response, form_valid_response
from live.keys import Key
from live.notices import everyone, signed_in
from live.notices.activity import activity
from live.page.access import User

PAGE = """{% load live live_notices %}
{% partialdef form %}{% include "live/forms/form.html" %}{% endpartialdef %}
<!doctype html><html><body>{% partial form %}{% live_notices %}{% live_page %}</body></html>"""


@fragment("live/gone.html")
def groups(scope: str) -> dict[str, Any]:
    """What changes when a form is saved: ``public``, or ``all`` for those who are signed in."""
    return {}


@groups.visible_to
def _(user: User, scope: str) -> bool:
    return scope == "public" or user.is_authenticated


class EnterGroup(LiveFormMixin, CreateView):
    model, fields, template_name = Group, ["name"], "crew.html"
    success_url = "/groups/{id}"
    recipients = signed_in

    def get_notice(self) -> str:
        return f"{self.request.user} entered {self.object.name}"

    def get_changed(self) -> Iterable[Key]:
        return [groups.key(scope="public"), groups.key(scope="all"), activity.key()]


class EnterSilently(LiveFormMixin, CreateView):
    """Nobody is told anything."""

    model, fields, template_name, success_url = Group, ["name"], "crew.html", "/groups/{id}"


class EditGroup(LiveFormMixin, UpdateView):
    model, fields, template_name, success_url = Group, ["name"], "crew.html", "/edited"
    recipients, notice_level = everyone, "info"

    def get_notice(self) -> str:
        return f"it is {self.object.name} now"


class WordsForm(forms.Form):
    words = forms.CharField(max_length=20, help_text="Up to 20 letters.")
    mood = forms.ChoiceField(choices=[("good", "Good"), ("bad", "Bad")], widget=forms.RadioSelect)
    paper = forms.FileField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("words") == "never":
            raise forms.ValidationError("<never> say never")
        return found


class Say(LiveFormMixin, FormView):
    """A view that does something of its own with a form that is right."""

    form_class, template_name, success_url = WordsForm, "crew.html", "/said"

    def get_notice(self) -> str:
        return "said"

    def form_valid(self, form: WordsForm) -> HttpResponse:
        Group.objects.create(name=form.cleaned_data["words"])
        if form.cleaned_data["words"] == "break":
            raise ZeroDivisionError
        answer = super().form_valid(form)
        if form.cleaned_data["words"] == "teapot":
            answer.status_code = 418
        answer.headers["X-Said"] = "yes"
        return answer


class GroupForm(forms.ModelForm):
    class Meta:
        model, fields = Group, ["name"]


def plain(request: HttpRequest) -> HttpResponse:
    """The same as a function."""
    if request.method != "POST":
        return render(request, "crew.html", {"form": GroupForm()})
    form = GroupForm(request.POST)
    alone: Any = {"partial": "crew.html#form", "fresh": GroupForm}
    if not form.is_valid():
        return form_invalid_response(request, form, page=lambda: render(request, "crew.html", {"form": form}), **alone)
    return form_valid_response(
        request,
        form,
        save=form.save,
        success_url=lambda group: f"/groups/{group.pk}",
        recipients=everyone,
        notice=lambda group: f"{group.name} is there",
        changed=[groups.key(scope="public")],
        **alone,
    )


urlpatterns = [
    path("enter", EnterGroup.as_view()),
    path("enter/silently", EnterSilently.as_view()),
    path("edit/<int:pk>", EditGroup.as_view()),
    path("say", Say.as_view()),
    path("plain", plain),
    path("live/notices/", include("live.notices.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
]
