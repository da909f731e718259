import pytest
from django.core.exceptions import ValidationError

from tokens import scopes


@pytest.mark.parametrize(
    ("scope", "wanted", "permitted"),
    [
        ("banners", "banners", True),
        ("banners", "banners2", False),
        ("banners", "banner", False),
        ("write:*", "write:cpu", True),
        ("write:*", "banners", False),
        ("write:cpu", "write:cpu", True),
        ("write:cpu", "write:cpu.user", False),
        ("write:cpu", "write:CPU", False),
        ("write:cpu*", "write:cpu", True),
        ("write:cpu*", "write:cpu.user", True),
        ("write:cpu.*", "write:cpu.user", True),
        ("write:cpu.*", "write:cpu", False),
        ("write:cpu.*", "write:my.cpu.user", False),
        ("write:a:b c", "write:a:b c", True),
        ("banners", "banners:group:3", True),
        ("banners:group:3", "banners:group:3", True),
        ("banners:group:*", "banners:group:3", True),
        ("banners:group:3", "banners", False),
        ("banners:group:3", "banners:group:33", False),
        ("write:a", "write:a:b", False),
        ("write:cpu.*", "write:cpu.*", True),
        ("write:cpu", "write:cpu*", False),
        ("write:c*", "write:cpu*", True),
        ("write:cpu*", "write:c*", False),
    ],
)
def test_permits_the_exact_name_or_with_an_asterisk_what_begins_so(scope: str, wanted: str, permitted: bool) -> None:
    assert scopes.permits([scope], wanted) is permitted
    assert scopes.permits(["write:other", scope], wanted) is permitted


def test_without_scopes_nothing_is_permitted() -> None:
    assert not scopes.permits([], "banners")


@pytest.mark.parametrize(
    "good", [["banners"], ["write:*"], ["write:cpu"], ["write:cpu.*", "banners"], ["write:a:b c"], ["read:cpu*"]]
)
def test_validate_accepts_declared_scopes(good: list[str]) -> None:
    scopes.validate(good)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "*",
        "cake",
        "Banners",
        "banners:",
        "write",
        "write:",
        ":",
        "write:**",
        "write:a*b",
        "write:*.user",
    ]
    + ["eat:*", "write:a\0", "write:a\nb", "write:\udcff", "write:" + "x" * 250, " banners"],
)
def test_validate_refuses_what_is_no_scope_with_those_there_are(wrong: str) -> None:
    with pytest.raises(ValidationError) as caught:
        scopes.validate(["banners", wrong])
    (message,) = caught.value.messages
    assert f" is not a scope; the scopes are: {scopes.overview()}." in message
    assert len(message) < 1000
    message.encode()


def test_the_overview_has_each_scope_with_what_it_is_for() -> None:
    banners = (
        "banners (post, update and end banners), banners:NAME or banners:PREFIX* (post, update and end banners for"
    )
    assert scopes.overview().startswith(banners)
    assert "write:NAME or write:PREFIX* (write series)" in scopes.overview()
    assert list(scopes.declared())[:2] == ["banners", "banners:"]


@pytest.mark.parametrize("wrong", ["banners", None, {"banners": 1}, [["banners"]], [5]])
def test_validate_refuses_what_is_no_list_of_texts(wrong: object) -> None:
    with pytest.raises(ValidationError, match="must be a list of texts"):
        scopes.validate(wrong)


def test_an_app_declares_a_scope_of_its_own_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "_declared", dict(scopes._declared))
    with pytest.raises(ValidationError):
        scopes.validate(["orders"])
    scopes.register("orders", "read orders")
    scopes.validate(["orders"])
    assert "orders (read orders), read:NAME" in scopes.overview()
    with pytest.raises(ValueError, match="'orders' is declared twice"):
        scopes.register("orders", "read other orders")
