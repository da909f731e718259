import logging
from collections import namedtuple
from types import SimpleNamespace

import psutil
import pytest

from series.collector.sampling import LOOPBACK, Machine, Rates


class TestRates:
    def test_are_growth_per_second_of_all_together(self) -> None:
        rates = Rates()
        assert rates.of("in", {"a": 100, "b": 50}, 10.0) is None
        assert rates.of("in", {"a": 300, "b": 150}, 12.0) == 150

    def test_leave_out_counters_that_went_back_are_new_or_are_gone(self) -> None:
        rates = Rates()
        rates.of("in", {"back": 1000, "steady": 10, "gone": 5}, 0.0)
        assert rates.of("in", {"back": 7, "steady": 30, "new": 10**9}, 1.0) == 20
        assert rates.of("in", {"back": 8, "steady": 30, "new": 10**9 + 4}, 2.0) == 5

    def test_are_none_where_nothing_can_be_compared(self) -> None:
        rates = Rates()
        rates.of("in", {"a": 5}, 0.0)
        assert rates.of("in", {"a": 4}, 1.0) is None
        assert rates.of("in", {}, 2.0) is None
        assert rates.of("in", {"a": 9}, 3.0) is None
        assert rates.of("in", {"a": 19}, 3.0) is None

    def test_of_two_names_do_not_mix(self) -> None:
        rates = Rates()
        rates.of("in", {"a": 5}, 0.0)
        assert rates.of("out", {"a": 50}, 1.0) is None
        assert rates.of("in", {"a": 6}, 1.0) == 1


@pytest.mark.parametrize(
    ("name", "is_loopback"),
    [("lo", True), ("lo0", True), ("Loopback Pseudo-Interface 1", True), ("eth0", False), ("lowpan0", False)],
)
def test_loopback_is_known_by_its_names(name: str, is_loopback: bool) -> None:
    assert bool(LOOPBACK.match(name)) is is_loopback


def test_a_machine_tells_its_numbers() -> None:
    values = Machine().sample()
    assert {"machine.cpu", "machine.memory", "machine.load", "machine.disk"} <= set(values)
    for name in ("machine.cpu", "machine.memory", "machine.disk"):
        assert 0 <= values[name] <= 100
    assert all(value >= 0 for value in values.values())


def test_bytes_a_second_are_of_every_interface_but_loopback(monkeypatch) -> None:
    nic = namedtuple("nic", "bytes_recv bytes_sent")
    disk = namedtuple("disk", "read_bytes write_bytes")
    clock = iter([100.0, 102.0])
    before = {"lo": nic(0, 0), "a": nic(0, 0), "b": nic(0, 0)}
    nics = iter([before, {"lo": nic(99, 99), "a": nic(10, 2), "b": nic(6, 2)}])
    disks = iter([disk(0, 0), disk(40, 80)])
    monkeypatch.setattr("series.collector.sampling.time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(psutil, "net_io_counters", lambda pernic: next(nics))
    monkeypatch.setattr(psutil, "disk_io_counters", lambda: next(disks))
    values = Machine().sample()
    assert (values["machine.network.in"], values["machine.network.out"]) == (8, 2)
    assert (values["machine.disk.read"], values["machine.disk.write"]) == (20, 40)


def test_what_a_container_does_not_report_is_left_out_and_logged_once(monkeypatch, caplog) -> None:
    def fail() -> None:
        raise PermissionError("no /proc here")

    monkeypatch.setattr(psutil, "disk_io_counters", lambda: None)
    monkeypatch.setattr(psutil, "net_io_counters", lambda pernic: None)
    monkeypatch.setattr(psutil, "virtual_memory", fail)
    with caplog.at_level(logging.WARNING, "series.collector"):
        machine = Machine()
        for _ in range(3):
            assert set(machine.sample()) == {"machine.cpu", "machine.load", "machine.disk"}
    assert sorted(record.getMessage() for record in caplog.records) == [
        "machine.disk.read and machine.disk.write is left out: the system does not report it",
        "machine.memory is left out: no /proc here",
        "machine.network.in and machine.network.out is left out: the system does not report it",
    ]
