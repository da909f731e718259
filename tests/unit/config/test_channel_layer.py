"""Redis, from the environment."""

from typing import Any

import pytest

from config.channel_layer import channel_layer
from tests.unit.config.conftest import NAME, refused


@pytest.mark.parametrize("value", [None, "", " "])
def test_without_redis_the_layer_is_in_memory(given: Any, value: str | None) -> None:
    given(value)
    assert channel_layer(NAME) == {"BACKEND": "channels.layers.InMemoryChannelLayer"}


@pytest.mark.parametrize(
    "value",
    ["redis://127.0.0.1:6379/0", "rediss://:secret@redis.example.com/1", "redis://redis", "unix:///run/redis.sock"],
)
def test_redis(given: Any, value: str) -> None:
    given(value)
    layer = channel_layer(NAME)
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["hosts"][0]["address"] == value


def test_redis_by_sentinels(given: Any) -> None:
    given("redis+sentinel://board:p%40ss@one,two:26380,[::1]:3/main/2")
    [host] = channel_layer(NAME)["CONFIG"]["hosts"]
    assert host["sentinels"] == [("one", 26379), ("two", 26380), ("::1", 3)]
    assert (host["master_name"], host["db"]) == ("main", 2)
    assert (host["username"], host["password"]) == ("board", "p@ss")
    given("redis+sentinel://one/main")
    [host] = channel_layer(NAME)["CONFIG"]["hosts"]
    assert (host["master_name"], host["db"]) == ("main", 0)
    assert host.keys().isdisjoint({"username", "password"})


@pytest.mark.parametrize(
    "value", ["one", "one/", ":p@one", "/main", "one:x/main", "one:0/main", "one,/main", "one/main/x"]
)
def test_what_is_no_sentinel_is_refused(given: Any, value: str) -> None:
    given(f"redis+sentinel://:hunter2@{value}" if "@" not in value else f"redis+sentinel://{value}")
    sentence = refused(lambda: channel_layer(NAME))
    assert sentence.endswith("; it must look like redis+sentinel://host:26379,host:26379/service.")
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1:6379",
        "http://127.0.0.1:6379",
        "redis://",
        "redis://:hunter2@redis:http/0",
        "redis://redis:0",
        "redis://redis:99999",
        "redis://[::1",
        "memcached://:hunter2@cache",
    ],
)
def test_what_is_no_redis_is_refused_without_the_password(given: Any, value: str) -> None:
    given(value)
    sentence = refused(lambda: channel_layer(NAME))
    assert sentence.endswith("; it must look like redis://127.0.0.1:6379/0.")
    assert "hunter2" not in sentence
