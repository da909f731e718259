"""Models of a project, with every kind of relation and inheritance, and tables that last one test."""

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db import connections, models

registry = Apps([AppConfig(__name__, sys.modules[__name__])])


class Base(models.Model):
    class Meta:
        abstract = True
        app_label = "shop"
        apps = registry

    def __str__(self) -> str:
        return str(self.pk)


class Dated(Base):
    day = models.CharField(max_length=10, default="")

    class Meta(Base.Meta):
        abstract = True


class OpenOrders(models.QuerySet[Any]):
    def close_all(self) -> int:
        return self.update(note="closed")


class Tag(Base):
    name = models.CharField(max_length=10, default="")


class Order(Dated):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    note = models.CharField(max_length=10, default="")
    tags: Any = models.ManyToManyField(Tag, related_name="orders")
    like = models.ManyToManyField("self")

    objects = models.Manager()
    open = OpenOrders.as_manager()


class PriorityOrder(Order):
    class Meta(Base.Meta):
        proxy = True

    @property
    def label(self) -> str:
        return f"{self.pk}"


class ForeignOrder(Order):
    country = models.CharField(max_length=10, default="")


class Item(Base):
    order: Any = models.ForeignKey(Order, models.SET_NULL, null=True, related_name="items")
    note = models.CharField(max_length=10, default="")


class Part(Base):
    item: Any = models.ForeignKey(Item, models.CASCADE, related_name="parts")


class Unrelated(Base):
    name = models.CharField(max_length=10, default="")


@contextmanager
def tables(using: str = "default") -> Iterator[None]:
    """The tables of all of them."""
    some = [model for model in registry.get_models() if not model._meta.proxy]
    with connections[using].schema_editor() as editor:
        for model in some:
            editor.create_model(model)
    try:
        yield
    finally:
        with connections[using].schema_editor() as editor:
            for model in reversed(some):
                editor.delete_model(model)
