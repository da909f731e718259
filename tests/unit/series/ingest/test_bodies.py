"""A body that arrives in parts."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.api import Refused
from series.ingest import bodies
from series.ingest.bodies import MAX_BODY_BYTES, MAX_GZIP_MEMBERS, MAX_INFLATED_BYTES, MEBIBYTE, Body


def read(*parts: bytes, encoding: str = "", length: str = "") -> bytes:
    body = Body(encoding=encoding, length=length)
    for part in parts:
        body.feed(part)
    return body.finish()


def refused(*parts: bytes, encoding: str = "", length: str = "") -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        read(*parts, encoding=encoding, length=length)
    return caught.value.status, caught.value.code


@given(st.lists(st.binary(max_size=200), max_size=4), st.integers(1, 50))
def test_gzip_is_inflated_however_it_is_cut(members: list[bytes], size: int) -> None:
    raw = b"".join(map(gzip.compress, members))
    parts = [raw[start : start + size] for start in range(0, len(raw), size)]
    assert read(*parts, encoding="gzip", length=str(len(raw))) == b"".join(members)
    assert read(*parts) == raw, "and what nobody calls gzip stays as it is"


@pytest.mark.parametrize("encoding", ["", "identity", " Identity ", "gzip", "x-gzip", "GZIP"])
def test_no_body_is_an_empty_one(encoding: str) -> None:
    assert read(encoding=encoding) == b""
    assert read(b"", encoding=encoding, length="0") == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_other_encodings_are_refused_before_anything_is_read(encoding: str) -> None:
    with pytest.raises(Refused) as caught:
        Body(encoding=encoding)
    assert (caught.value.status, caught.value.headers) == (415, {"Accept-Encoding": "gzip, identity"})


@pytest.mark.parametrize(
    ("length", "answer"),
    [("-1", 400), ("x", 400), ("1.5", 400), ("²", 400), (str(MAX_BODY_BYTES + 1), 413), ("9" * 5000, 413)],
)
def test_a_length_is_judged_before_anything_is_read(length: str, answer: int) -> None:
    with pytest.raises(Refused) as caught:
        Body(length=length)
    assert caught.value.status == answer


@pytest.mark.parametrize(("parts", "length"), [([b"12"], "3"), ([b"12", b"34"], "3")])
def test_a_length_that_is_wrong(parts: list[bytes], length: str) -> None:
    assert refused(*parts, length=length) == (400, "incomplete_body")


@pytest.mark.parametrize(
    "raw",
    [
        b"no gzip",
        gzip.compress(b"x" * 1000)[:-9],
        gzip.compress(b"x") + b"more",
        gzip.compress(b"x") + gzip.compress(b"y")[:-1],
        b"\x1f",
    ],
    ids=["none", "cut", "more behind", "the second one cut", "one byte"],
)
def test_gzip_that_is_broken(raw: bytes) -> None:
    assert refused(raw, encoding="gzip") == (400, "bad_gzip")
    assert refused(*(bytes([each]) for each in raw), encoding="gzip") == (400, "bad_gzip")


def test_what_is_too_long_is_refused_by_the_first_byte_too_many() -> None:
    body = Body()
    for _ in range(MAX_BODY_BYTES // MEBIBYTE):
        body.feed(bytes(MEBIBYTE))
    with pytest.raises(Refused, match="over 8 MiB;"):
        body.feed(b"x")


def test_what_is_too_long_inside_is_inflated_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compressobj(wbits=31)
    raw = b"".join(bomb.compress(bytes(MEBIBYTE)) for _ in range(100)) + bomb.flush()
    assert len(raw) < MEBIBYTE
    body = Body(encoding="gzip")
    with pytest.raises(Refused, match="over 16 MiB after decompression"):
        body.feed(raw)
    assert sum(map(len, body._parts)) == MAX_INFLATED_BYTES + 1
    just = gzip.compress(bytes(MAX_INFLATED_BYTES))
    assert len(read(just, encoding="gzip")) == MAX_INFLATED_BYTES


def test_very_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_GZIP_MEMBERS", 3)
    assert MAX_GZIP_MEMBERS == 1000
    assert read(gzip.compress(b"x") * 3, encoding="gzip") == b"xxx"
    assert refused(gzip.compress(b"x") * 4, encoding="gzip") == (413, "too_large")
