import uuid

from django.conf import settings
from django.db import models


class Order(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    customer = models.CharField(max_length=100)
    paid_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.customer


class Item(models.Model):
    name = models.CharField(max_length=100)
    count = models.IntegerField()

    def __str__(self) -> str:
        return self.name
