"""The form that makes a board."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.models import Board


class NewBoardForm(forms.Form):
    """A title is all that a board needs; the rest is set later."""

    title = forms.CharField(
        label=_("Title"),
        max_length=Board._meta.get_field("title").max_length,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
