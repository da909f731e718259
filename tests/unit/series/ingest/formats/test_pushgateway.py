"""Prometheus' Pushgateway: what its clients push, and the words that they get."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from series.models import Point
from series.storage.query import latest
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
Push = Callable[..., HttpResponse]
TEXT = """# TYPE jobs counter
jobs_total{result="ok"} 3
jobs_total{result="bad"} 1
# TYPE duration gauge
duration 12.5
"""


@pytest.fixture
def push(client: Client, secret: str) -> Push:
    shown = b64encode(f"anybody:{secret}".encode()).decode()

    def send(address: str, body: str = TEXT, method: str = "PUT", **headers: str) -> HttpResponse:
        headers = {"HTTP_AUTHORIZATION": f"Basic {shown}", "RAW_URI": address, **headers}
        return client.generic(method, address, body, content_type="text/plain; version=0.0.4", **headers)

    return send


def values() -> dict[str, float]:
    """The value of each series but the time of the push."""
    rows = Point.objects.order_by("time").values_list("series__identity", "value")
    return {identity: value for identity, value in rows if not identity.startswith("push_time")}


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_samples_are_series_with_the_labels_of_the_group(push: Push, method: str) -> None:
    response = push("/metrics/job/backup/instance/a", method=method)
    assert (response.status_code, response.content) == (200, b"")
    assert values() == {
        "jobs_total{instance=a,job=backup,result=ok}": 3,
        "jobs_total{instance=a,job=backup,result=bad}": 1,
        "duration{instance=a,job=backup}": 12.5,
    }


def test_the_time_of_the_push_is_a_series(push: Push) -> None:
    push("/metrics/job/backup", "push_time_seconds 5\n")
    (row,) = Point.objects.filter(series__name="push_time_seconds").values_list("value", "time")
    assert row[0] == row[1].timestamp()


@pytest.mark.parametrize(
    ("address", "tags"),
    [
        ("/metrics/job/a%2Fb", "job=a/b"),
        ("/metrics/job@base64/YS9i", "job=a/b"),
        ("/metrics/job/a/path@base64/L3Zhcg==", "job=a,path=/var"),
        ("/metrics/job/a/path@base64/L3Zhcg", "job=a,path=/var"),
        ("/metrics/job/a/empty@base64/=", "job=a"),
        ("/metrics/job/a/b/", "job=a"),
        ("/metrics/job/a/b@base64/", "job=a"),
        ("/metrics/job/a/b@base64/Yw%0A%3D", "b=c,job=a"),
        ("/metrics/job/a/b/c/b/d/job/e", "b=d,job=a"),
        ("/metrics/job/a/", "job=a"),
    ],
)
def test_an_address_is_a_group(push: Push, address: str, tags: str) -> None:
    response = push(address, "x 1\n")
    assert response.status_code == 200, response.content
    assert values() == {f"x{{{tags}}}": 1}


def test_the_site_may_be_below_a_path_with_the_same_word(push: Push) -> None:
    address = "/our/metrics/board/metrics/job/a%2Fb"
    response = push("/metrics/job/a/b", "x 1\n", SCRIPT_NAME="/our/metrics/board", RAW_URI=address)
    assert response.status_code == 200, response.content
    assert values() == {"x{job=a/b}": 1}


def test_labels_of_the_address_are_stronger(push: Push) -> None:
    push("/metrics/job/a", 'x{job="b",c="d"} 1\n')
    assert values() == {"x{c=d,job=a}": 1}


def test_what_is_no_number_is_left_out(push: Push) -> None:
    assert push("/metrics/job/a", "x NaN\ny +Inf\nz 1\n").status_code == 200
    assert values() == {"z{job=a}": 1}


def test_nothing_is_taken_as_nothing(push: Push) -> None:
    assert push("/metrics/job/a", "").status_code == 200
    assert values() == {}


def test_what_is_deleted_may_come_with_another_type(push: Push) -> None:
    assert push("/metrics/job/a", "# TYPE x counter\nx 1\n").status_code == 200
    other = "# TYPE x gauge\nx 1\n"
    response = push("/metrics/job/b", other)
    assert response.status_code == 400
    assert response.content.decode() == (
        "pushed metrics are invalid or inconsistent with existing metrics: x is not a COUNTER\n"
    )
    assert values() == {"x{job=a}": 1}
    assert push("/metrics/job/a", method="DELETE").status_code == 202
    assert push("/metrics/job/b", other).status_code == 200


def test_post_replaces_families_of_the_same_name_and_put_all(push: Push) -> None:
    push("/metrics/job/a", "# TYPE x gauge\nx 1\n# TYPE y gauge\ny 1\n")
    assert push("/metrics/job/a", "# TYPE x counter\nx 1\n", "POST").status_code == 200
    assert push("/metrics/job/b", "# TYPE y counter\ny 1\n").status_code == 400, "y is still there"
    assert push("/metrics/job/a", "# TYPE x counter\nx 1\n", "PUT").status_code == 200
    assert push("/metrics/job/b", "# TYPE y counter\ny 1\n").status_code == 200


@pytest.mark.parametrize(
    ("address", "body", "words"),
    [
        ("/metrics/job/a", "x 1", "text format parsing error in line 1: unexpected end of input stream"),
        ("/metrics/job/a", "x 1\n1bad 1\n", "text format parsing error in line 2"),
        ("/metrics/job/a", "x 1 1700000000\n", "pushed metrics must not have timestamps"),
        ("/metrics/job/a", "x 1\nx 2\n", "x was collected before with the same name and label values"),
        ("/metrics/job/a/inst", "x 1\n", 'odd number of components in label string "/inst"'),
        ("/metrics/job/a/__x/1", "x 1\n", 'improper label name "__x"'),
        ("/metrics/job/a/b-c/1", "x 1\n", 'improper label name "b-c"'),
        ("/metrics/job@base64/!!", "x 1\n", "invalid base64 encoding in job name"),
        ("/metrics/job/a/b/c/", "x 1\n", 'odd number of components in label string "/b/c/"'),
        ("/metrics/job/a/b/%FF", "x 1\n", "the address is not UTF-8"),
        ("/metrics/job/a/b/%0A", "x 1\n", "must not contain control characters"),
        ("/metrics/job/a", 'x{job="b"} 1\nx{job="c"} 2\n', "x was collected before"),
        ("/metrics/job/a", 'x 1\nx{instance=""} 2\n', "x was collected before"),
        ("/metrics/job/a", "x_sum 1\n# TYPE x summary\nx_sum 2\n", "x_sum was collected before"),
        ("/metrics/job/a", 'x{__y="z"} 1\n', "x has a label with an invalid name"),
        ("/metrics/job/a", f"{'x' * 201} NaN\n", "must be 1 to 200 characters long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(push: Push, address: str, body: str, words: str) -> None:
    response = push(address, body)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert values() == {}


@pytest.mark.parametrize("address", ["/metrics/job/a/b/%00", "/metrics/job/a/b/%FF"])
def test_a_group_that_cannot_be_is_not_deleted(push: Push, address: str) -> None:
    assert push(address, method="DELETE").status_code == 400


def test_groups_are_told_apart_whatever_is_in_their_labels(push: Push) -> None:
    """Else one of them could be deleted by the other."""
    push("/metrics/job/x/b/c,job=a", "# TYPE x counter\nx 1\n")
    assert push("/metrics/job/a,job=x/b/c", method="DELETE").status_code == 202
    assert push("/metrics/job/other", "# TYPE x gauge\nx 1\n").status_code == 400


def test_who_may_not_push_may_not_delete(push: Push) -> None:
    push("/metrics/job/a", "# TYPE x counter\nx 1\n")
    narrow = {"HTTP_AUTHORIZATION": f"Bearer {Token.objects.issue('narrow', 'write:ram')[1]}"}
    assert push("/metrics/job/a", method="DELETE", **narrow).status_code == 403
    assert push("/metrics/job/b", "# TYPE x gauge\nx 1\n").status_code == 400, "x is still a counter"


def test_of_a_histogram_the_last_sample_counts(push: Push) -> None:
    assert push("/metrics/job/a", "# TYPE x histogram\nx_count 1\nx_count 2\n").status_code == 200
    assert values() == {"x_count{job=a}": 2}


def test_options_are_the_methods_and_write_nothing(push: Push) -> None:
    response = push("/metrics/job/a", method="OPTIONS")
    assert (response.status_code, response.headers["Allow"]) == (200, "DELETE, OPTIONS, POST, PUT")
    assert values() == {}


def test_other_methods_and_no_job(push: Push) -> None:
    response = push("/metrics/job/a", method="GET")
    assert response.status_code == 405
    assert response.headers["Allow"] == "DELETE, OPTIONS, POST, PUT"
    assert push("/metrics/job/").status_code == 404
    assert push("/metrics/instance/a").status_code == 404


def test_without_a_token(push: Push) -> None:
    assert push("/metrics/job/a", HTTP_AUTHORIZATION="").status_code == 401


@pytest.mark.parametrize("address", ["/-/healthy", "/-/ready"])
def test_is_anybody_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_what_was_deleted_stays_as_history(push: Push) -> None:
    push("/metrics/job/a", "x 1\n")
    push("/metrics/job/a", method="DELETE")
    assert values() == {"x{job=a}": 1}
    pk = Point.objects.get(series__name="x").series_id
    assert latest([pk])[pk][1] == 1


def test_too_many_samples(push: Push) -> None:
    assert push("/metrics/job/a", "".join(f"x{number} 1\n" for number in range(50_001))).status_code == 413
    assert values() == {}
