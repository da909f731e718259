from uuid import uuid4

from django.conf import settings
from django.db import models


class Order(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    number = models.PositiveIntegerField(unique=True)
    customer = models.CharField(max_length=100)
    company = models.CharField(max_length=100, blank=True)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    status = models.CharField(max_length=20, default="new")
    placed = models.DateTimeField(auto_now_add=True)
    due = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.customer
