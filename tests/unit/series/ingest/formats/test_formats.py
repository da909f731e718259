"""A new format is one new file: here one that the product does not have, with its own body, addresses and errors."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from series.ingest import formats
from series.models import Point
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]

GRAPHITE = """
from django.http import HttpResponse
from django.urls import path

from live.api import Refused
from series.ingest.endpoint import Parsed, PointsEndpoint
from series.samples import Sample


def parse(arrived):
    samples = []
    for index, line in enumerate(arrived.body.decode().splitlines()):
        try:
            name, value = line.split()
            samples.append(Sample(name, {}, arrived.time, float(value)))
        except ValueError:
            raise Refused(400, "bad_line", "A line is a name and a number.", index=index) from None
    return Parsed(samples, lambda written: HttpResponse(status=204))


def refused(error):
    return HttpResponse(f"line {error.index}: {error.message}", status=error.status, content_type="text/plain")


urlpatterns = [path("graphite/<db>", PointsEndpoint(parse, refused=refused))]
"""


@pytest.fixture
def send(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings, client: Client) -> Iterator:
    (tmp_path / "graphite.py").write_text(GRAPHITE)
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path)])
    settings.ROOT_URLCONF = tuple(formats.urlpatterns())
    _, secret = Token.objects.issue("x", "write:cpu*")

    def post(address: str, body: str) -> HttpResponse:
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post(address, body, content_type="text/plain", headers=headers)

    yield post
    sys.modules.pop("series.ingest.formats.graphite")


def test_a_format_in_a_file_of_its_own_is_found(send) -> None:
    assert send("/graphite/a", "cpu.user 1\ncpu 2\n").status_code == 204
    assert sorted(Point.objects.values_list("series__identity", "value")) == [("cpu", 2), ("cpu.user", 1)]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("cpu 1\ncpu", 400, "line 1: A line is a name and a number."),
        ("cpu 1\nram 1", 403, "line 1: This token may not write the series 'ram'; its scopes are: write:cpu*."),
    ],
)
def test_it_has_errors_of_its_own_and_writes_all_or_nothing(send, body: str, status: int, words: str) -> None:
    response = send("/graphite/a", body)
    assert (response.status_code, response.content.decode()) == (status, words)
    assert not Point.objects.exists()


def test_the_formats_of_the_product_are_still_there(send) -> None:
    assert send("/api/points", "{").status_code == 415
