import json
import math
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from live.api import Refused
from series.ingest.endpoint import Arrived
from series.ingest.formats.native import (
    MAX_ELEMENT_CHARACTERS,
    MAX_POINTS_PER_REQUEST,
    USUAL_ELEMENT_CHARACTERS,
    parse,
)
from series.samples import Sample
from tokens.models import Token

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
JSON = "application/json"
NDJSON = "application/x-ndjson"

plain = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
times = st.datetimes(datetime(1970, 1, 1), datetime(2026, 1, 31), timezones=st.just(UTC))
elements = st.fixed_dictionaries(
    {
        "series": plain,
        "value": st.floats(-1e300, 1e300)
        | st.integers(-(2**63), 2**63)
        | st.booleans()
        | st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Nd"]), max_size=20),
    },
    optional={"tags": st.dictionaries(plain, plain, max_size=4), "time": times.map(datetime.isoformat)},
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("series"), inner, max_size=4),
)
nearly = st.fixed_dictionaries({}, optional=dict.fromkeys(["series", "value", "time", "tags", "other"], anything))


def read(body: bytes | str, content_type: str = JSON) -> list[Sample]:
    request = RequestFactory().generic("POST", "/api/points", CONTENT_TYPE=content_type)
    return parse(Arrived(request, body.encode() if isinstance(body, str) else body, NOW, Token(), {})).samples


def refusal(body: bytes | str, content_type: str = JSON) -> Refused:
    with pytest.raises(Refused) as caught:
        read(body, content_type)
    return caught.value


def element(**changes: object) -> str:
    return json.dumps({"series": "cpu", "value": 1, **changes})


@given(st.lists(elements, min_size=1, max_size=5))
def test_an_array_and_lines_are_the_same_samples(sent: list[dict]) -> None:
    expected = [
        Sample(
            name=one["series"],
            tags=one.get("tags", {}),
            time=datetime.fromisoformat(one["time"]) if "time" in one else NOW,
            value=one["value"],
        )
        for one in sent
    ]
    array, lines = json.dumps(sent), "\n".join(json.dumps(one, ensure_ascii=False) for one in sent)
    assert read(array) == read(array, "") == expected
    assert read(lines, NDJSON) == read(lines, "") == read(lines.replace("\n", "\r\n") + "\r\n", NDJSON) == expected


@given(st.binary(max_size=200) | (anything | nearly | st.lists(nearly)).map(json.dumps).map(str.encode), st.data())
def test_whatever_comes_is_samples_or_a_refusal_that_says_why(body: bytes, data: st.DataObject) -> None:
    try:
        samples = read(body, data.draw(st.sampled_from([JSON, NDJSON, ""])))
    except Refused as refused:
        assert refused.status == 400
        assert refused.code
        assert refused.message.endswith(".")
        json.dumps([refused.code, refused.message, refused.index, refused.field])
    else:
        assert all(math.isfinite(sample.value) for sample in samples)


@given(times)
def test_seconds_since_the_epoch_are_kept_to_the_microsecond(time: datetime) -> None:
    assert abs(read(element(time=time.timestamp()))[0].time - time) <= timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("given_time", "expected"),
    [
        ("2026-01-31T10:00:00Z", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T10:00:00.25+01:00", datetime(2026, 1, 31, 9, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-01-31T10:00:00.123456789Z", datetime(2026, 1, 31, 10, 0, 0, 123_456, tzinfo=UTC)),
        (1769853600.5, datetime(2026, 1, 31, 10, 0, 0, 500_000, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_time_is_a_text_with_a_zone_or_seconds(given_time: object, expected: datetime) -> None:
    assert read(element(time=given_time))[0].time == expected


def test_one_object_alone_is_one_sample() -> None:
    expected = [Sample(name="cpu", tags={"host": "a"}, time=NOW, value=12.5)]
    pretty = json.dumps({"series": "cpu", "value": 12.5, "tags": {"host": "a"}}, indent=2)
    assert read(pretty) == read(pretty, "") == read("\ufeff" + pretty) == expected


def test_of_a_key_given_twice_the_last_one_counts() -> None:
    assert read('{"series": "cpu", "value": 1, "value": 2}')[0].value == 2


@pytest.mark.parametrize(("body", "content_type"), [("[]", JSON), ("[]", ""), ("\n", NDJSON), (" \r\n\n", NDJSON)])
def test_no_points_are_no_samples(body: str, content_type: str) -> None:
    assert read(body, content_type) == []


@pytest.mark.parametrize("content_type", [NDJSON, "application/ndjson", "application/jsonl"])
def test_lines_count_from_0_and_blank_ones_count(content_type: str) -> None:
    refused = refusal(f"{element()}\n\n{element(value=None)}\n", content_type)
    assert (refused.index, refused.field) == (2, "value")


def test_an_element_is_named_by_its_place() -> None:
    refused = refusal(f"[{element()},{element()},{element(time='now')}]")
    assert (refused.code, refused.index, refused.field) == ("invalid_field", 2, "time")
    assert "(index 2)" in str(refused)


@pytest.mark.parametrize(
    ("body", "content_type", "code", "index"),
    [
        ("", JSON, "empty_body", None),
        ("", NDJSON, "empty_body", None),
        ("", "", "empty_body", None),
        (" ", "", "invalid_json", None),
        (b"\xff\xfe", JSON, "invalid_utf8", None),
        ("{", JSON, "invalid_json", None),
        ("[", JSON, "invalid_json", 0),
        (f"[{element()},]", JSON, "invalid_json", 1),
        (f"[{element()},,{element()}]", JSON, "invalid_json", 1),
        (f"[{element()} {element()}]", JSON, "invalid_json", None),
        (f"[{element()}", JSON, "invalid_json", None),
        (f"[{element()}]]", JSON, "invalid_json", None),
        (f"[{element()}] []", "", "invalid_json", None),
        (f"{element()} {element()}", NDJSON, "invalid_json", 0),
        ("[" * 100_000, JSON, "invalid_json", 0),
        ('{"a":' * 100_000, JSON, "invalid_json", None),
        ("[" * 100_000, "", "invalid_json", 0),
        ("[" * 100_000, NDJSON, "invalid_json", 0),
        (f"{element()}\n{element()}", JSON, "invalid_json", None),
        (f"{element()}\n{{", NDJSON, "invalid_json", 1),
        (f"{element()}\n{{", "", "invalid_json", 1),
        ("5", JSON, "invalid_element", 0),
        ("null", JSON, "invalid_element", 0),
        ("true", JSON, "invalid_element", 0),
        ("[[]]", JSON, "invalid_element", 0),
        ('["text"]', JSON, "invalid_element", 0),
        (f"[{element()}]", NDJSON, "invalid_element", 0),
    ],
)
def test_what_is_no_element_is_refused(body: bytes | str, content_type: str, code: str, index: int | None) -> None:
    refused = refusal(body, content_type)
    assert (refused.status, refused.code, refused.index) == (400, code, index)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 310, "9" * 5000, "-" + "9" * 5000])
def test_a_number_that_is_not_finite_is_refused(value: str) -> None:
    refused = refusal(f'[{{"series": "cpu", "value": {value}}}]')
    assert (refused.code, refused.index, refused.field) == ("invalid_field", 0, "value")
    assert "must be a finite number" in refused.message


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("value", "12.5", "finite number; this is a text: a number has no quotes"),
        ("value", " -3e7", "finite number; this is a text: a number has no quotes"),
        ("value", "x" * 201, "0 to 200 characters"),
        ("value", "a\nb", "line breaks"),
        ("value", None, "a finite number, a text, true or false; this is null"),
        ("value", [1], "a finite number, a text, true or false; this is an array"),
        ("series", 5, "must be a text; this is a number"),
        ("series", "", "1 to 200 characters"),
        ("series", "\ud800", "surrogates"),
        ("series", "a\0", "control characters"),
        ("tags", None, "an object of texts; this is null"),
        ("tags", {"host": 5}, "the tag 'host' must be a text; this is a number"),
        ("tags", {"host": {}}, "the tag 'host' must be a text; this is an object"),
        ("tags", {"": "a"}, "1 to 200 characters"),
        ("time", None, "seconds since 1970 or an ISO 8601 text"),
        ("time", False, "seconds since 1970 or an ISO 8601 text"),
        ("time", "2026-01-31T10:00:00", "must have a time zone"),
        ("time", "2026-01-31", "must have a time zone"),
        ("time", "31.1.2026", "ISO 8601 text with a zone"),
        ("time", "0001-01-01T00:00:00+14:00", "from 1970"),
        ("time", "9999-12-31T23:59:59-14:00", "up to, not including, 2200"),
        ("time", -0.001, "from 1970"),
        ("time", 1769853600500, "in seconds"),
        ("time", 10**300, "in seconds"),
        ("time", float("nan"), "in seconds"),
    ],
)
def test_a_wrong_field_is_refused_by_name_with_what_is_expected(field: str, value: object, expected: str) -> None:
    refused = refusal(element(**{field: value}))
    assert (refused.status, refused.code, refused.index, refused.field) == (400, "invalid_field", 0, field)
    assert expected in refused.message


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 2**63 - 1, 1 - 2**63])
def test_an_integer_of_64_bits_is_exact(number: int) -> None:
    (sample,) = read(f'{{"series": "cpu", "value": {number}}}')
    assert (sample.value, type(sample.value)) == (number, int)


@pytest.mark.parametrize("number", ["0", "-7", str(2**53 + 2), str(2**63), str(2**64 + 1), "9" * 25, "-" + "9" * 300])
def test_another_one_is_a_float_as_numbers_of_json_are(number: str) -> None:
    (sample,) = read(f'{{"series": "cpu", "value": {number}}}')
    assert (sample.value, type(sample.value)) == (float(number), float)


@pytest.mark.parametrize("field", ["series", "value"])
def test_a_missing_field_is_refused_by_name(field: str) -> None:
    refused = refusal(json.dumps({key: 1 for key in ["series", "value"] if key != field}))
    assert (refused.code, refused.index, refused.field) == ("missing_field", 0, field)


def test_an_unknown_field_is_refused_by_name() -> None:
    refused = refusal(element(timestamp=1))
    assert (refused.code, refused.index, refused.field) == ("unknown_field", 0, "timestamp")
    assert "'timestamp' is not a field; the fields are" in refused.message


def test_what_was_sent_never_makes_an_answer_long() -> None:
    for body in (element(**{"x" * 100_000: 1}), element(tags={"x" * 100_000: 1}), element(series="x" * 100_000)):
        refused = refusal(body)
        assert len(refused.message) < 200
        assert len(refused.field or "") <= 200


def test_the_most_points_are_taken_and_one_more_is_not() -> None:
    assert len(read(f"[{','.join([element()] * MAX_POINTS_PER_REQUEST)}]")) == MAX_POINTS_PER_REQUEST
    for body, content_type in [
        (f"[{','.join([element()] * (MAX_POINTS_PER_REQUEST + 1))}]", JSON),
        (f"{element()}\n" * (MAX_POINTS_PER_REQUEST + 1), NDJSON),
    ]:
        refused = refusal(body, content_type)
        assert (refused.status, refused.code) == (413, "too_many_points")


def test_an_element_may_be_as_long_as_a_series_can_be_and_no_longer() -> None:
    tags = {f"{'ü' * 199}{number}": "ü" * 200 for number in range(2)}
    assert read(f"[{element(tags=tags)}, {element()}]")[0].tags == tags
    assert len(element(tags=tags)) > USUAL_ELEMENT_CHARACTERS
    for body, content_type in [
        (f"[{element()},{element(tags={'a': 'x' * MAX_ELEMENT_CHARACTERS})},{element()}]", JSON),
        (f"{element()}\n{element(tags={'a': 'x' * MAX_ELEMENT_CHARACTERS})}\n{element()}", NDJSON),
    ]:
        refused = refusal(body, content_type)
        assert (refused.status, refused.code, refused.index) == (400, "invalid_json", 1)
        assert f"longer than {MAX_ELEMENT_CHARACTERS} characters" in refused.message


SIZE = 16 << 20
BOMBS = {
    "numbers in lines": ("1\n" * (SIZE // 2), NDJSON, "invalid_element"),
    "numbers in an array": (f"[{'1,' * (SIZE // 2 - 1)}1]", JSON, "invalid_element"),
    "arrays in an array": (f"[{'[],' * (SIZE // 3 - 1)}[]]", JSON, "invalid_element"),
    "an array in an array": (f"[[{'1,' * (SIZE // 2 - 2)}1]]", JSON, "invalid_json"),
    "nesting": ("[" * SIZE, JSON, "invalid_json"),
    "a long text": (f'{{"series": "{"a" * (SIZE - 30)}", "value": 1}}', JSON, "invalid_json"),
    "a long number": (f'{{"series": "a", "value": {"9" * (SIZE - 30)}}}', JSON, "invalid_json"),
    "many tags": (element(tags={str(number): "" for number in range(SIZE // 16)}), JSON, "invalid_json"),
    "many fields": (element(**{str(number): "" for number in range(SIZE // 16)}), NDJSON, "invalid_json"),
    "many points": (f"{element()}\n" * (SIZE // 32), NDJSON, "too_many_points"),
    "points without a type": (f"{element()}\n" * (SIZE // 32), "", "too_many_points"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_small_when_it_is_packed_costs_little_more_than_its_text(bomb: str) -> None:
    text, content_type, code = BOMBS[bomb]
    body = text.encode()
    tracemalloc.start()
    try:
        assert refusal(body, content_type).code == code
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The text, once; a part of an element; and the most points.
    assert peak < len(body) + (24 << 20)


def test_empty_lines_cost_nothing() -> None:
    tracemalloc.start()
    try:
        assert read(b"\n" * SIZE, NDJSON) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * SIZE + (1 << 20)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_refused(content_type: str) -> None:
    refused = refusal(element(), content_type)
    assert (refused.status, refused.code) == (415, "unsupported_media_type")
    assert "curl" not in refused.message


def test_a_form_is_refused_with_what_curl_needs() -> None:
    refused = refusal(element(), "application/x-www-form-urlencoded")
    assert refused.status == 415
    assert "With curl -d add -H 'Content-Type: application/json'." in refused.message
