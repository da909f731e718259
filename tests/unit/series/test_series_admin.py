import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from series.models import Point, Series, Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TOKENS = "/admin/series/token/"
SERIES = "/admin/series/series/"
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def secrets_in(page: str) -> list[str]:
    """The secrets that the messages of a page show."""
    return re.findall(r'<li class="secret warning">The secret of [^<]* is ([\w-]{43}) ', page)


class TestTokens:
    def test_adding_one_shows_its_secret_once(self, admin_client: Client) -> None:
        sent = {"name": "backup", "prefix": "backup.", "active": "on"}
        (secret,) = secrets_in(text(admin_client.post(f"{TOKENS}add/", sent, follow=True)))
        token = Token.objects.recognise(secret)
        assert token is not None
        assert (token.name, token.prefix) == ("backup", "backup.")
        assert secret not in text(admin_client.get(TOKENS))
        assert secret not in text(admin_client.get(f"{TOKENS}{token.pk}/change/"))

    def test_the_digest_is_neither_shown_nor_editable(self, admin_client: Client) -> None:
        token, _ = Token.objects.issue("backup")
        address = f"{TOKENS}{token.pk}/change/"
        for page in (TOKENS, address, f"{TOKENS}add/"):
            shown = text(admin_client.get(page))
            assert token.digest not in shown
            assert "digest" not in shown.lower()
        admin_client.post(address, {"name": "b", "prefix": "", "active": "on", "digest": "0" * 64})
        changed = Token.objects.get()
        assert (changed.name, changed.digest) == ("b", token.digest)

    def test_changing_one_keeps_its_secret(self, admin_client: Client) -> None:
        token, secret = Token.objects.issue("backup")
        page = text(admin_client.post(f"{TOKENS}{token.pk}/change/", {"name": "b", "active": "on"}, follow=True))
        assert secrets_in(page) == []
        assert Token.objects.recognise(secret) == token

    def test_replacing_secrets_shows_the_new_ones_and_ends_the_old_ones(self, admin_client: Client) -> None:
        tokens = [Token.objects.issue("a"), Token.objects.issue("b"), Token.objects.issue("c")]
        chosen = [token.pk for token, _ in tokens[:2]]
        sent = {"action": "replace_secrets", "_selected_action": chosen}
        shown = secrets_in(text(admin_client.post(TOKENS, sent, follow=True)))
        assert [Token.objects.recognise(secret) for secret in shown] == [token for token, _ in tokens[:2]]
        assert [Token.objects.recognise(secret) for _, secret in tokens] == [None, None, tokens[2][0]]
        assert LogEntry.objects.filter(change_message="Replaced the secret.").count() == 2

    def test_deactivating_ends_those_that_are_chosen(self, admin_client: Client) -> None:
        (one, _), (other, _) = Token.objects.issue("one"), Token.objects.issue("other")
        sent = {"action": "deactivate", "_selected_action": [one.pk]}
        assert "Deactivated: one." in text(admin_client.post(TOKENS, sent, follow=True))
        assert list(Token.objects.filter(active=True)) == [other]
        assert LogEntry.objects.get().change_message == "Deactivated."
        assert "none was active" in text(admin_client.post(TOKENS, sent, follow=True))
        assert LogEntry.objects.count() == 1

    def test_who_may_only_look_gets_no_secret(self, client: Client) -> None:
        user = User.objects.create_user("viewer", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_token"))
        client.force_login(user)
        token, secret = Token.objects.issue("backup")
        for action in ("replace_secrets", "deactivate"):
            page = text(client.post(TOKENS, {"action": action, "_selected_action": [token.pk]}, follow=True))
            assert secrets_in(page) == []
        assert client.post(f"{TOKENS}add/", {"name": "x"}).status_code == 403
        assert Token.objects.recognise(secret) == token


class TestSeries:
    @pytest.fixture
    def series(self) -> Series:
        made = Series.objects.create(name="cpu", tags={"host": "a"})
        for second in range(3):
            Point.objects.create(series=made, time=NOON + timedelta(seconds=second), value=second + 0.5)
        return made

    def test_are_listed_with_their_latest_point_and_found(self, admin_client: Client, series: Series) -> None:
        Series.objects.create(name="empty")
        page = text(admin_client.get(SERIES))
        assert "cpu{host=a}" in page
        assert "2.5 at 2026-01-31 12:00:02 UTC" in page
        found = text(admin_client.get(f"{SERIES}?q=host=a"))
        assert "cpu{host=a}" in found
        assert "empty" not in found

    def test_can_be_looked_at_but_not_added_or_changed(self, admin_client: Client, series: Series) -> None:
        page = text(admin_client.get(f"{SERIES}{series.pk}/change/"))
        assert "2.5 at 2026-01-31 12:00:02 UTC" in page
        assert re.search(r'field-number_of_points.*?<div class="readonly">3</div>', page, re.DOTALL)
        assert 'name="_save"' not in page
        assert admin_client.get(f"{SERIES}add/").status_code == 403
        assert admin_client.post(f"{SERIES}{series.pk}/change/", {"name": "other"}).status_code == 403

    @pytest.mark.parametrize("many", [False, True])
    def test_deleting_says_how_many_points_go_without_listing_them(
        self, admin_client: Client, series: Series, many: bool
    ) -> None:
        address, sent = f"{SERIES}{series.pk}/delete/", {"post": "yes"}
        if many:
            address, sent = SERIES, {"action": "delete_selected", "_selected_action": [series.pk]}
        asked = text(admin_client.post(address, sent) if many else admin_client.get(address))
        assert "cpu{host=a}, its 3 points and its place on panels" in asked
        assert "12:00:01" not in asked
        text(admin_client.post(address, {**sent, "post": "yes"}, follow=True))
        assert not Series.objects.exists()
        assert not Point.objects.exists()

    def test_who_may_only_look_cannot_delete(self, client: Client, series: Series) -> None:
        user = User.objects.create_user("viewer", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_series"))
        client.force_login(user)
        assert client.post(f"{SERIES}{series.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(SERIES, {"action": "delete_selected", "_selected_action": [series.pk], "post": "yes"})
        assert Series.objects.exists()

    def test_points_have_no_pages(self, admin_client: Client) -> None:
        assert admin_client.get("/admin/series/point/").status_code == 404
