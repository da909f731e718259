from django.db import models
from django.utils.translation import gettext_lazy as _

from live.moments import MomentField


class Logout(models.Model):
    """A log-in that has ended. After ``expires`` its cookie is worth nothing by itself, and the row can go."""

    login = models.CharField(_("log-in"), max_length=40, primary_key=True)
    expires = MomentField(_("expires"), db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = _("log-out"), _("log-outs")

    def __str__(self) -> str:
        return self.login
