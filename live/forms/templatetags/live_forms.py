"""The tag of forms: ``{% load live_forms %}<form> {% csrf_token %}{% live_submission %} ... </form>``."""

from django import template

from live.forms import submissions

register = template.Library()
# In a form for ``LiveFormMixin`` or ``form_valid_response``: the token by which it is saved once.
register.simple_tag(submissions.field, name="live_submission")
