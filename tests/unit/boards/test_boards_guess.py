"""What a series is guessed to be, for names that programs really send."""

import pytest

from boards import kinds
from boards.guess import Guess, guess, title_of, words_of

# Name, first values, and what is guessed: kind, unit, function, title.
NAMES: list[tuple[str, list[float], str, str, str, str]] = [
    # What people send by hand, and shops.
    ("orders", [12], "stat", "", "", "Orders"),
    ("shop.orders.open", [38], "stat", "", "", "Shop orders open"),
    ("signups", [1284, 1290], "stat", "", "", "Signups"),
    ("active_users", [120, 118], "stat", "", "", "Active users"),
    ("revenue_eur", [12480], "stat", "EUR", "", "Revenue"),
    ("price_usd", [19.99], "stat", "USD", "", "Price"),
    ("revenue.germany", [1.5], "stat", "", "", "Revenue germany"),
    ("checkout_conversion_percent", [3.2], "line", "%", "", "Checkout conversion"),
    ("cart_abandonment_ratio", [0.3], "line", "ratio", "", "Cart abandonment"),
    ("error_rate", [0.02], "line", "ratio", "", "Error rate"),
    ("latency", [468], "line", "ms", "", "Latency"),
    ("latency_ms", [12.5], "line", "ms", "", "Latency"),
    ("response_time", [0.3], "line", "s", "", "Response time"),
    ("queue_length", [4], "stat", "", "", "Queue length"),
    ("db_connections", [12], "stat", "", "", "DB connections"),
    ("cpu", [31.0], "line", "%", "", "CPU"),
    ("cpu", [0.31], "line", "ratio", "", "CPU"),
    ("temp_c", [20.5], "line", "°C", "", "Temp"),
    ("balance", [-3.5, 2], "line", "", "", "Balance"),
    ("percent", [3], "line", "%", "", "Percent"),
    ("try", [3], "stat", "", "", "Try"),
    # Prometheus: node exporter, client libraries, blackbox exporter.
    ("up", [1], "status", "", "", "Up"),
    ("probe_success", [1, 0], "status", "", "", "Probe success"),
    ("probe_duration_seconds", [0.2], "line", "s", "", "Probe duration"),
    ("node_cpu_seconds_total", [123.4, 125], "line", "ratio", "rate", "CPU"),
    ("node_memory_MemAvailable_bytes", [8e9], "line", "B", "", "Memory mem available"),
    ("node_filesystem_avail_bytes", [1e9], "line", "B", "", "Filesystem avail"),
    ("node_load1", [0.3], "line", "", "", "Load 1"),
    ("node_network_receive_bytes_total", [1e6, 2e6], "line", "B/s", "rate", "Network receive"),
    ("node_boot_time_seconds", [1.7e9], "stat", "", "", "Boot time"),
    ("node_hwmon_temp_celsius", [51.0], "line", "°C", "", "Hwmon temp"),
    ("node_thermal_fan_rpm", [1200], "line", "rpm", "", "Thermal fan"),
    ("http_requests_total", [5], "line", "/s", "rate", "HTTP requests"),
    ("http_request_duration_seconds_bucket", [5], "line", "/s", "rate", "HTTP request duration"),
    ("process_resident_memory_bytes", [4e7], "line", "B", "", "Process resident memory"),
    ("go_goroutines", [12], "stat", "", "", "Go goroutines"),
    ("jvm.gc.pauseMillis", [12.5], "line", "ms", "", "JVM GC pause millis"),
    # Telegraf.
    ("cpu.usage_idle", [93.2], "line", "%", "", "CPU usage idle"),
    ("mem.used_percent", [40.0], "gauge", "%", "", "Mem used"),
    ("mem.used", [4e9], "line", "B", "", "Mem used"),
    ("disk.used_percent", [55.0], "gauge", "%", "", "Disk used"),
    ("system.load1", [0.7], "line", "", "", "System load 1"),
    ("net.bytes_recv", [100, 200], "line", "B/s", "rate", "Net bytes recv"),
    ("net.packets_sent", [100, 200], "line", "/s", "rate", "Net packets sent"),
    ("diskio.read_bytes", [1, 2], "line", "B/s", "rate", "Diskio read"),
    ("ping.average_response_ms", [23.1], "line", "ms", "", "Ping average response"),
    # Home Assistant.
    ("sensor.living_room_temperature", [21.4], "line", "°C", "", "Living room temperature"),
    ("sensor.living_room_humidity", [45], "gauge", "%", "", "Living room humidity"),
    ("sensor.office_co2", [612], "line", "ppm", "", "Office CO₂"),
    ("binary_sensor.front_door", [0], "status", "", "", "Front door"),
    ("sensor.solar_power", [2100], "line", "W", "", "Solar power"),
    ("sensor.energy_kwh", [12.3], "line", "kWh", "", "Energy"),
    ("sensor.phone_battery", [80], "gauge", "%", "", "Phone battery"),
    ("sensor.outdoor_pressure", [1013.2], "line", "hPa", "", "Outdoor pressure"),
    ("wifi_rssi", [-60], "line", "dBm", "", "Wifi RSSI"),
    ("sensor.mains_voltage", [231.2], "line", "V", "", "Mains voltage"),
]


@pytest.mark.parametrize(("name", "values", "kind", "unit", "function", "title"), NAMES)
def test_a_name_says_what_a_series_is(
    name: str, values: list[float], kind: str, unit: str, function: str, title: str
) -> None:
    guessed = guess(name, [float(value) for value in values])
    assert (guessed.kind, guessed.unit, guessed.function, guessed.title) == (kind, unit, function, title)
    assert kinds.registry[kind].check(guessed.options) == {}, "a panel takes these options"


@pytest.mark.parametrize("name", sorted({name for name, *_rest in NAMES}))
def test_several_of_one_name_are_compared(name: str) -> None:
    guessed = guess(name, [0.5, 0.75], many=True)
    assert guessed.kind in {"line", "status"}
    assert kinds.registry[guessed.kind].check(guessed.options) == {}


def test_what_only_grows_is_a_counter_whatever_it_is_called() -> None:
    growing = [float(100_000 + 7 * index) for index in range(20)]
    assert guess("visits", growing).function == "rate"
    assert guess("visits", growing[:3]).function == "", "not after three points"
    assert guess("visits", growing[::-1]).function == ""
    assert guess("visits", [float(index) for index in range(20)]).function == "", "a queue that fills grows, too"


def test_texts_are_states() -> None:
    assert guess("pump", [0.0, 1.0], holds_states=True) == Guess("status", "Pump", "state")
    assert guess("orders", [1.0]).kind == "stat", "one order is no state"
    assert guess("is_open", [1.0]).options == {"states": "0 = Off, off\n1 = On, ok"}


@pytest.mark.parametrize("name", ["", "_", "...", "Größe", "温度", "a" * 300, "total", "bytes", "%", "s", "load1"])
def test_no_name_is_too_odd(name: str) -> None:
    for values in ([], [0.0], [-1e300, 1e300], [1e-9] * 20):
        guessed = guess(name, values)
        assert guessed.title == name or guessed.title
        assert kinds.registry[guessed.kind].check(guessed.options) == {}


def test_the_words_of_a_name() -> None:
    assert words_of("node_memory_MemFree_bytes") == ["node", "memory", "mem", "free", "bytes"]
    assert title_of(["http", "requests", "total"]) == "HTTP requests"
