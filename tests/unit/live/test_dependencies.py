"""Every way in which Django changes rows changes the fragments that depend on them, at the commit."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import connection, transaction
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.test.utils import CaptureQueriesContext

from live import ANY, Fragment, FragmentError, dependencies, fragment
from live.keys import RenderingId
from tests.unit.live import shop
from tests.unit.live.screens import count
from tests.unit.live.shop import ForeignOrder, Item, Order, Part, PriorityOrder, Tag, Unrelated

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
Announced = list[frozenset[RenderingId]]
ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def tables(transactional_db: None) -> Iterator[None]:
    with shop.tables():
        yield


def declare(depends_on: Any) -> Fragment:
    """``tests.row``, of an order, which depends on that."""

    @fragment("any.html", depends_on=depends_on)
    def row(pk: UUID, look: str = "") -> dict[str, Any]:
        return {}

    return row


@pytest.fixture
def row() -> Fragment:
    """Depends on an order, and on its items."""
    return declare([Order, (Item, lambda item: {"pk": item.order_id})])


@pytest.fixture
def orders(row: Fragment) -> tuple[Order, Order]:
    """Made before anything is looked at."""
    return Order.objects.create(pk=ONE), Order.objects.create(pk=OTHER)


def pks(announced: Announced) -> set[Any]:
    """What ``tests.row`` is announced of, as a set of UUIDs, or of ANY for all; and forget it."""
    ids = {id for some in announced for id in some}
    announced.clear()
    assert all(id.options is None and id.audience is None for id in ids)
    parts = {id.element.removeprefix("tests-row-") for id in ids}
    return {ANY if part == "*" else UUID(part.removeprefix("_uuid")) for part in parts}


def test_to_save_and_to_delete_changes_the_row(row: Fragment, announced: Announced) -> None:
    order = Order.objects.create(pk=ONE)
    assert announced == [{row.changed_id(pk=ONE)}]
    announced.clear()
    order.save()
    assert pks(announced) == {ONE}
    order.save(update_fields=["note"])
    assert pks(announced) == {ONE}
    Order.objects.only("pk").get().save()
    assert pks(announced) == {ONE}, "what is deferred is not saved, and the signal is"
    Order.objects.get_or_create(pk=ONE)
    assert pks(announced) == set(), "it was there"
    Order.objects.update_or_create(pk=ONE, defaults={"note": "x"})
    assert pks(announced) == {ONE}
    Order.objects.get().delete()
    assert pks(announced) == {ONE}
    Order.objects.get_or_create(pk=OTHER)
    Order.objects.all().delete()
    assert pks(announced) == {OTHER}


def test_it_is_announced_at_commit_and_never_where_it_rolls_back(row: Fragment, announced: Announced) -> None:
    with transaction.atomic():
        Order.objects.create(pk=ONE)
        Order.objects.create(pk=OTHER).tags.create()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Order.objects.all().update(note="x")
            raise ZeroDivisionError
        assert announced == []
    assert pks(announced) == {ONE, OTHER}
    with transaction.atomic():
        Order.objects.get(pk=ONE).delete()
        transaction.set_rollback(True)
    assert announced == []


def test_of_a_row_of_another_database_it_waits_for_that_one(
    databases: tuple[str, str], row: Fragment, announced: Announced
) -> None:
    analytics, _archive = databases
    with shop.tables(analytics):
        with transaction.atomic(using=analytics), transaction.atomic():
            order = Order(pk=ONE)
            order.save(using=analytics)
            order.tags.add(Tag.objects.using(analytics).create())
            Order.objects.using(analytics).bulk_create([Order(pk=OTHER)])
            assert announced == []
        assert pks(announced) == {ONE, OTHER}
        with transaction.atomic(using=analytics):
            Order.objects.using(analytics).update(note="x")
            with transaction.atomic():
                pass
            assert announced == []
        assert pks(announced) == {ANY}


def test_a_function_says_of_which_keys_a_row_is(row: Fragment, orders: Any, announced: Announced) -> None:
    announced.clear()
    item = Item.objects.create(order=orders[0])
    assert pks(announced) == {ONE}
    item.note = "x"
    item.save()
    assert pks(announced) == {ONE}
    item.delete()
    assert pks(announced) == {ONE}
    Item.objects.create(order=None)
    assert pks(announced) == set(), "None is no key's parameter"


@pytest.mark.parametrize("update_fields", [None, ["order"]])
def test_what_moves_changes_what_it_leaves_too(
    row: Fragment, orders: Any, announced: Announced, update_fields: Any
) -> None:
    item = Item.objects.create(order=orders[0])
    announced.clear()
    item.order = orders[1]
    item.save(update_fields=update_fields)
    assert pks(announced) == {ONE, OTHER}
    item.save()
    assert pks(announced) == {OTHER}, "and once"
    item.order = None
    with transaction.atomic():
        item.save()
        assert announced == []
    assert pks(announced) == {OTHER}


def test_a_row_may_change_several_keys_or_none(orders: Any, announced: Announced) -> None:
    Fragment.registry.pop("tests.row")
    dependencies._by_model.clear()
    declare((Tag, lambda tag: None if tag.name == "none" else Order.objects.values("pk")))
    Tag.objects.create(name="all")
    assert pks(announced[-1:]) == {ONE, OTHER}
    announced.clear()
    Tag.objects.create(name="none")
    assert announced == []
    Tag.objects.create().delete()
    assert pks(announced) == {ONE, OTHER}


def test_a_fragment_without_required_parameters_is_changed_by_every_row(announced: Announced) -> None:
    @fragment("any.html", depends_on=[Order, Tag])
    def listed(q: str = "") -> dict[str, Any]:
        return {}

    Order.objects.create()
    Tag.objects.create()
    Order.objects.update(note="x")
    assert announced == [{listed.changed_id()}] * 3
    Unrelated.objects.create()
    assert len(announced) == 3


def test_keys_of_the_rows_attributes_of_the_same_names(orders: Any, announced: Announced) -> None:
    @fragment("any.html", depends_on=Item)
    def cell(order_id: UUID, pk: int) -> dict[str, Any]:
        return {}

    item = Item.objects.create(order=orders[0])
    assert cell.changed_id(order_id=ONE, pk=item.pk) in announced[-1]
    announced.clear()
    item.order = orders[1]
    item.save()
    assert {cell.changed_id(order_id=order, pk=item.pk) for order in (ONE, OTHER)} <= announced[0]


class TestMany:
    """What Django has no signals for."""

    def test_bulk_create_is_of_its_rows(self, row: Fragment, announced: Announced) -> None:
        Order.objects.bulk_create(Order(pk=pk) for pk in (ONE, OTHER))
        assert pks(announced) == {ONE, OTHER}
        Order.open.bulk_create([])
        Order.objects.bulk_create([Order(pk=ONE)], ignore_conflicts=True)
        assert pks(announced) == {ONE}
        Item.objects.bulk_create([Item(order_id=ONE), Item()])
        assert pks(announced) == {ONE}
        Order.objects.bulk_create(
            [Order(pk=ONE, note="x")], update_conflicts=True, update_fields=["note"], unique_fields=["id"]
        )
        assert pks(announced) == {ANY}
        Unrelated.objects.bulk_create([Unrelated()])
        assert announced == []

    def test_of_very_many_rows_it_is_about_all(
        self, row: Fragment, announced: Announced, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dependencies, "MAX_ROWS", 2)
        orders = Order.objects.bulk_create([Order(), Order()])
        assert pks(announced) == {order.pk for order in orders}
        Order.objects.bulk_create([Order(), Order(), Order()])
        assert pks(announced) == {ANY}
        Tag.objects.create().orders.add(*Order.objects.all())
        assert pks(announced) == {ANY}

    @pytest.mark.parametrize(
        "write",
        [
            lambda: Order.objects.filter(pk=ONE).update(note="x"),
            lambda: Order.objects.bulk_update(Order.objects.all(), ["note"]),
            lambda: Order.open.close_all(),
            lambda: Order.open.all().close_all(),
            lambda: Order._base_manager.update(note="x"),
            lambda: PriorityOrder.objects.update(note="x"),
        ],
    )
    def test_what_does_not_know_its_rows_is_about_all(
        self, row: Fragment, orders: Any, announced: Announced, write: Callable[[], Any]
    ) -> None:
        announced.clear()
        write()
        assert pks(announced) == {ANY}

    def test_where_there_was_nothing_to_update_nothing_is_announced(self, row: Fragment, announced: Announced) -> None:
        assert Order.objects.update(note="x") == 0
        assert Unrelated.objects.update(name="x") == 0
        assert announced == []

    def test_related_managers(self, row: Fragment, orders: Any, announced: Announced) -> None:
        items = Item.objects.bulk_create([Item(), Item()])
        announced.clear()
        orders[0].items.add(*items)
        assert pks(announced) == {ANY}, "an update()"
        orders[0].items.add(items[0], bulk=False)
        assert pks(announced) == {ONE}
        orders[1].items.create()
        assert pks(announced) == {OTHER}
        orders[0].items.clear()
        assert pks(announced) == {ANY}

    def test_a_cascade(self, orders: Any, announced: Announced) -> None:
        @fragment("any.html", depends_on=(Part, lambda part: {"pk": part.item.order_id}))
        def parts(pk: UUID) -> dict[str, Any]:
            return {}

        @fragment("any.html", depends_on=Item)
        def item(pk: int) -> dict[str, Any]:
            return {}

        made = Item.objects.create(order=orders[0])
        Part.objects.create(item=made)
        announced.clear()
        changed = {parts.changed_id(pk=ONE), item.changed_id(pk=made.pk)}
        made.delete()
        assert changed <= frozenset().union(*announced)
        Item.objects.create(order=orders[1])
        announced.clear()
        orders[1].delete()
        assert item.changed_id(pk=ANY) in frozenset().union(*announced), "SET_NULL"

    def test_it_is_patched_once_and_looks_as_before(self) -> None:
        from django.db.models import QuerySet

        before = QuerySet.update
        declare(Order)
        assert QuerySet.update is before
        assert QuerySet.update.alters_data and QuerySet.update.__name__ == "update"  # type: ignore[attr-defined]


class TestManyToMany:
    def test_from_its_own_side(self, row: Fragment, orders: Any, announced: Announced) -> None:
        order, tags = orders[0], [Tag.objects.create(), Tag.objects.create()]
        announced.clear()
        for write in (
            lambda: order.tags.add(*tags),
            lambda: order.tags.remove(tags[0]),
            lambda: order.tags.set(tags),
            lambda: order.tags.clear(),
            lambda: order.tags.create(),
        ):
            write()
            assert pks(announced) == {ONE}
        order.tags.add(*order.tags.all())
        assert announced == [], "they were there"

    def test_from_the_other_side(self, row: Fragment, orders: Any, announced: Announced) -> None:
        tag = Tag.objects.create()
        tag.orders.add(*orders)
        announced.clear()
        tag.orders.remove(orders[0])
        assert pks(announced) == {ONE}
        tag.orders.set([orders[0]])
        assert pks(announced) == {ONE, OTHER}
        tag.orders.clear()
        assert pks(announced) == {ANY}

    def test_of_rows_that_are_related_to_their_like(self, row: Fragment, orders: Any, announced: Announced) -> None:
        announced.clear()
        orders[0].like.add(orders[1])
        assert pks(announced) == {ONE, OTHER}

    def test_a_function_gets_the_rows_of_the_other_side(self, orders: Any, announced: Announced) -> None:
        @fragment("any.html", depends_on=(Tag, lambda tag: {"name": tag.name}))
        def tagged(name: str) -> dict[str, Any]:
            return {}

        tags = Tag.objects.bulk_create([Tag(name="a"), Tag(name="b")])
        announced.clear()
        orders[0].tags.add(*tags)
        assert {tagged.changed_id(name="a"), tagged.changed_id(name="b")} <= frozenset().union(*announced)


class TestInheritance:
    @pytest.mark.parametrize("model", [Order, PriorityOrder, shop.Dated])
    @pytest.mark.parametrize("saved", [Order, PriorityOrder, ForeignOrder])
    def test_a_row_is_one_of_what_its_model_inherits_from(
        self, model: type[Any], saved: type[Any], announced: Announced
    ) -> None:
        declare(model)
        saved.objects.create(id=ONE)
        assert pks(announced) == {ONE}
        saved.objects.get().tags.create()
        assert pks(announced) == {ONE}
        saved.objects.update(note="x")
        assert pks(announced) == {ANY}
        saved.objects.get().delete()
        assert pks(announced) == {ONE}

    def test_a_row_may_be_one_of_what_inherits_from_its_model(self, announced: Announced) -> None:
        declare(ForeignOrder)
        ForeignOrder.objects.create(id=ONE)
        assert pks(announced) == {ONE}
        Order.objects.get().save()
        assert pks(announced) == {ANY}

    def test_a_function_gets_a_row_of_the_model_that_it_is_of(self, announced: Announced) -> None:
        declare((PriorityOrder, lambda order: {"pk": order.label}))
        order = Order.objects.create(pk=ONE)
        assert pks(announced) == {ONE}
        assert type(order) is Order


class TestErrors:
    def test_of_a_function_are_raised_where_it_is_strict(self, announced: Announced) -> None:
        declare((Order, lambda order: {"pk": 1 / 0}))
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Order.objects.create()
        assert announced == []

    def test_elsewhere_it_is_about_all_keys_and_in_the_log(
        self, settings: Any, announced: Announced, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.LIVE_STRICT = False
        declare((Order, lambda order: {"slug": order.pk}))
        before = count("live_failures_total", where="depends_on")
        Order.objects.create()
        assert pks(announced) == {ANY}
        assert "which tests.row a row changes could not be asked" in caplog.text
        assert "takes (pk, look), not (slug)" in caplog.text
        assert count("live_failures_total", where="depends_on") == before + 1

    @pytest.mark.parametrize(
        "wrong", [5, (Order, Item), (Order,), [Order, "order"], "shop.Order", ["auth.Nobody"], int]
    )
    def test_what_is_no_model_is_refused_where_it_is_declared(self, wrong: Any) -> None:
        with pytest.raises(
            FragmentError, match=r"tests\.row(: depends_on takes a model| depends on '.*', which is no m)"
        ):
            declare(wrong)
        assert "tests.row" not in Fragment.registry and not dependencies._waiting

    def test_a_model_without_what_the_key_needs_is_refused(self) -> None:
        with pytest.raises(
            FragmentError, match=r"on Tag, which has no slug: .*\(Tag, lambda row: {\"slug\": \.\.\.}\)"
        ):

            @fragment("any.html", depends_on=Tag)
            def named(slug: str, pk: int) -> dict[str, Any]:
                return {}


def test_fixtures_are_about_all_keys(row: Fragment, announced: Announced) -> None:
    """What an item refers to may come after it."""
    item = {"model": "shop.item", "pk": 1, "fields": {"order": str(ONE)}}
    Order.objects.create(pk=ONE)
    announced.clear()
    serializers.python.apps, before = shop.registry, serializers.python.apps  # type: ignore[attr-defined]
    try:
        for each in serializers.deserialize("json", json.dumps([item])):
            each.save()
    finally:
        serializers.python.apps = before  # type: ignore[attr-defined]
    assert pks(announced) == {ANY}


def test_a_model_may_be_named(announced: Announced) -> None:
    @fragment("any.html", depends_on=["auth.Group", ("auth.user", lambda user: None)])
    def group(pk: int) -> dict[str, Any]:
        return {}

    made = Group.objects.create(name="a")
    assert group.changed_id(pk=made.pk) in announced[0]


def test_what_is_declared_before_there_are_models_waits_for_them(
    announced: Announced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.apps.apps.models_ready", False)
    row = declare(Order)
    Order.objects.create(pk=ONE)
    assert announced == []
    monkeypatch.undo()
    dependencies.connect()
    Order.objects.create(pk=OTHER)
    assert announced == [{row.changed_id(pk=OTHER)}]


async def test_in_async_code(row: Fragment, announced: Announced) -> None:
    order = await Order.objects.acreate(pk=ONE)
    assert pks(announced) == {ONE}
    await order.asave()
    assert pks(announced) == {ONE}
    await order.tags.aset([await Tag.objects.acreate()])
    assert pks(announced) == {ONE}
    await Order.objects.aupdate(note="x")
    assert pks(announced) == {ANY}
    await Order.objects.abulk_create([Order(pk=OTHER)])
    assert pks(announced) == {OTHER}
    await order.adelete()
    assert pks(announced) == {ONE}


def test_what_nothing_depends_on_has_no_receiver_and_no_query(row: Fragment) -> None:
    for signal in (pre_save, post_save, pre_delete):
        assert signal.has_listeners(Order) and not signal.has_listeners(Unrelated)
    assert not m2m_changed.has_listeners(Unrelated)
    order = Order.objects.create(pk=uuid4())
    with CaptureQueriesContext(connection) as queries:
        order.save()
        Order.objects.update(note="x")
        order.tags.clear()
    tables = [query["sql"].split()[0] for query in queries if "shop_" in query["sql"]]
    assert tables == ["UPDATE", "UPDATE", "DELETE"], "a row that is its key cannot move"
