"""InfluxDB's own clients for Python, of versions 1 and 2, by themselves and as Home Assistant uses them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from influxdb import InfluxDBClient as InfluxDB1
from influxdb.exceptions import InfluxDBClientError
from influxdb_client import InfluxDBClient, Point, WriteOptions, WritePrecision
from influxdb_client.client.write_api import ASYNCHRONOUS, SYNCHRONOUS
from influxdb_client.rest import ApiException

from tests.senders.stored import points, values
from tests.servers import Site

pytestmark = pytest.mark.senders
# A whole second, an hour ago.
TIME = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
UNKNOWN = "x" * 43


@pytest.fixture
def client(board: Site) -> Iterator[InfluxDBClient]:
    with InfluxDBClient(board.address, board.token, org="any") as client:
        yield client


class TestVersion2:
    def test_points_one_by_one(self, board: Site, client: InfluxDBClient) -> None:
        write = client.write_api(write_options=SYNCHRONOUS)
        point = Point("v2one").tag("room", "living room, left").field("value", 21.5).field("people", 3).time(TIME)
        write.write("any", record=point.field("heated", True).field("note", 'said "yes"'))
        assert points(board, "v2one") == [
            ("v2one.heated{room=living room\\, left}", TIME, 1),
            ("v2one.note{room=living room\\, left}", TIME, 'said "yes"'),
            ("v2one.people{room=living room\\, left}", TIME, 3),
            ("v2one{room=living room\\, left}", TIME, 21.5),
        ]

    def test_all_that_can_be_a_record(self, board: Site, client: InfluxDBClient) -> None:
        write = client.write_api(write_options=SYNCHRONOUS)
        write.write("any", record="v2record,form=line value=1")
        write.write("any", record=["v2record,form=list value=2", b"v2record,form=bytes value=3"])
        write.write("any", record={"measurement": "v2record", "tags": {"form": "dict"}, "fields": {"value": 4}})
        assert values(board, "v2record") == [
            ("v2record{form=bytes}", 3),
            ("v2record{form=dict}", 4),
            ("v2record{form=line}", 1),
            ("v2record{form=list}", 2),
        ]

    @pytest.mark.parametrize("precision", [WritePrecision.S, WritePrecision.MS, WritePrecision.US, WritePrecision.NS])
    def test_a_time_in_every_precision(self, board: Site, client: InfluxDBClient, precision: str) -> None:
        time = TIME + {"s": timedelta(), "ms": timedelta(milliseconds=5)}.get(precision, timedelta(microseconds=7))
        point = Point(f"v2time_{precision}_").field("value", 1).time(time, precision)
        client.write_api(write_options=SYNCHRONOUS).write("any", record=point, write_precision=precision)
        assert points(board, f"v2time_{precision}_") == [(f"v2time_{precision}_", time, 1)]

    def test_batches_in_gzip_from_a_thread_of_its_own(self, board: Site) -> None:
        errors: list[object] = []
        options = WriteOptions(batch_size=500, flush_interval=100)
        with (
            InfluxDBClient(board.address, board.token, org="any", enable_gzip=True) as client,
            client.write_api(write_options=options, error_callback=lambda *error: errors.append(error)) as write,
        ):
            for second in range(1200):
                write.write(
                    "any", record=Point("v2batch").field("value", second).time(TIME + timedelta(seconds=second))
                )
        assert errors == []
        assert points(board, "v2batch") == [("v2batch", TIME + timedelta(seconds=s), s) for s in range(1200)]

    def test_an_unknown_token_is_said(self, board: Site) -> None:
        with InfluxDBClient(board.address, UNKNOWN, org="any") as client, pytest.raises(ApiException) as caught:
            client.write_api(write_options=SYNCHRONOUS).write("any", record="v2unknown value=1")
        assert (caught.value.status, caught.value.message) == (401, "unauthorized access")
        assert values(board, "v2unknown") == []

    def test_a_token_that_may_not_is_said(self, board: Site, narrow: str) -> None:
        with InfluxDBClient(board.address, narrow, org="any") as client, pytest.raises(ApiException) as caught:
            client.write_api(write_options=SYNCHRONOUS).write("any", record="v2forbidden value=1")
        assert caught.value.status == 403 and "may not write the series 'v2forbidden'" in caught.value.message
        assert values(board, "v2forbidden") == []

    def test_a_line_that_is_none_is_said_and_nothing_is_written(self, board: Site, client: InfluxDBClient) -> None:
        with pytest.raises(ApiException) as caught:
            client.write_api(write_options=SYNCHRONOUS).write("any", record=["v2bad value=1", "v2bad,a value=2"])
        assert caught.value.status == 400
        assert caught.value.message == "unable to parse 'v2bad,a value=2': missing tag value (line 2, column 8)"
        assert values(board, "v2bad") == []

    def test_a_batch_that_is_refused_is_said_to_its_callback(self, board: Site) -> None:
        errors: list[ApiException] = []
        with (
            InfluxDBClient(board.address, board.token, org="any", enable_gzip=True) as client,
            client.write_api(
                write_options=WriteOptions(batch_size=2, flush_interval=100),
                error_callback=lambda batch, data, error: errors.append(error),
            ) as write,
        ):
            write.write("any", record=["v2refused value=1", "v2refused value="])
        assert [error.status for error in errors] == [400]
        assert values(board, "v2refused") == []

    def test_whether_anybody_is_there(self, client: InfluxDBClient) -> None:
        assert client.ping()
        assert client.ready().status == "ready"
        assert client.version() == "1.8.10"
        assert client.build() == "Boardcast"


class TestHomeAssistant:
    """As homeassistant/components/influxdb does it, with the same clients."""

    STATE = {
        "measurement": "°C",
        "tags": {"domain": "sensor", "entity_id": "ha_kitchen", "source": "HA"},
        "time": TIME,
        "fields": {"value": 21.5, "device_class_str": "temperature", "friendly_name_str": "Küche, window"},
    }

    # Its authors would rather have an event loop than this thread, which Home Assistant has.
    @pytest.mark.filterwarnings(r"ignore:\s*The 'WriteType.asynchronous' is deprecated:DeprecationWarning")
    def test_it_starts_and_sends_to_version_2(self, board: Site, client: InfluxDBClient) -> None:
        client.write_api(write_options=SYNCHRONOUS).write(bucket="homeassistant", record=b"")
        result = client.write_api(write_options=ASYNCHRONOUS).write(bucket="homeassistant", record=[self.STATE])
        assert result.get(30) is None
        assert points(board, "°C") == [("°C{domain=sensor,entity_id=ha_kitchen,source=HA}", TIME, 21.5)]

    def test_it_says_that_the_token_is_unknown(self, board: Site) -> None:
        with InfluxDBClient(board.address, UNKNOWN, org="any") as client, pytest.raises(ApiException) as caught:
            client.write_api(write_options=SYNCHRONOUS).write(bucket="homeassistant", record=b"")
        assert caught.value.status == 401

    def test_it_starts_and_sends_to_version_1(self, board: Site) -> None:
        with InfluxDB1("127.0.0.1", board.port, "any", board.token, "home_assistant", timeout=5) as client:
            client.write_points([])
            assert client.write_points([{**self.STATE, "measurement": "ha_v1"}])
        assert points(board, "ha_v1") == [("ha_v1{domain=sensor,entity_id=ha_kitchen,source=HA}", TIME, 21.5)]


class TestVersion1:
    @pytest.fixture
    def old(self, board: Site) -> Iterator[InfluxDB1]:
        with InfluxDB1("127.0.0.1", board.port, "any", board.token, "mine") as client:
            yield client

    def test_a_database_is_made_and_written_to(self, board: Site, old: InfluxDB1) -> None:
        assert old.ping() == "1.8.10"
        old.create_database("mine")
        assert old.get_list_database() == []
        body = [{"measurement": "v1one", "tags": {"host": "a b"}, "time": TIME, "fields": {"value": 0.5, "user": 12}}]
        assert old.write_points(body)
        assert points(board, "v1one") == [("v1one.user{host=a b}", TIME, 12), ("v1one{host=a b}", TIME, 0.5)]

    @pytest.mark.parametrize("precision", ["s", "ms", "u", "n"])
    def test_a_time_in_every_precision(self, board: Site, old: InfluxDB1, precision: str) -> None:
        name = f"v1time_{precision}_"
        body = [{"measurement": name, "time": TIME, "fields": {"value": 1}}]
        assert old.write_points(body, time_precision=precision)
        assert points(board, name) == [(name, TIME, 1)]

    def test_lines_and_batches_in_gzip(self, board: Site) -> None:
        lines = [f"v1lines,n={n} value={n}" for n in range(25)]
        with InfluxDB1("127.0.0.1", board.port, "any", board.token, "mine", gzip=True) as client:
            assert client.write_points(lines, protocol="line", batch_size=10)
        assert sorted(value for _, value in values(board, "v1lines")) == list(range(25))

    def test_an_unknown_token_is_said(self, board: Site) -> None:
        with (
            InfluxDB1("127.0.0.1", board.port, "any", UNKNOWN, "mine") as client,
            pytest.raises(InfluxDBClientError) as caught,
        ):
            client.write_points(["v1unknown value=1"], protocol="line")
        assert caught.value.code == 401 and "authorization failed" in caught.value.content
        assert values(board, "v1unknown") == []

    def test_a_line_that_is_none_is_said_and_the_others_are_written(self, board: Site, old: InfluxDB1) -> None:
        with pytest.raises(InfluxDBClientError) as caught:
            old.write_points(["v1bad value=1", "v1bad value=x"], protocol="line")
        assert caught.value.code == 400
        assert "partial write: unable to parse 'v1bad value=x': invalid boolean" in caught.value.content
        assert values(board, "v1bad") == [("v1bad", 1)]

    def test_a_question_is_answered_with_what_there_is_not(self, old: InfluxDB1) -> None:
        with pytest.raises(InfluxDBClientError, match="queries are not supported"):
            old.query("SELECT * FROM cpu")
