"""How people are written on pages."""

from django import template
from django.contrib.auth.models import AbstractUser

register = template.Library()


@register.filter
def initials(user: AbstractUser) -> str:
    """Two letters that stand for somebody: of both names, or the first of the user name."""
    first, last = user.first_name.strip(), user.last_name.strip()
    return (first[:1] + last[:1] if first and last else user.get_username()[:2]).upper()
